// A part of the page as one HTML file that needs nothing else: its styles inside, pictures for canvases, no scripts.

/** The document that shows `part` as it looks now. */
export function standalone(part: HTMLElement, title: string): string {
  const copy = part.cloneNode(true) as HTMLElement;
  const canvases = copy.querySelectorAll("canvas");
  part.querySelectorAll("canvas").forEach((canvas, at) => {
    const picture = document.createElement("img");
    picture.src = canvas.toDataURL("image/png");
    picture.alt = canvas.getAttribute("aria-label") ?? "";
    canvases[at]?.replaceWith(picture);
  });
  for (const element of copy.querySelectorAll("[data-not-kept], script")) element.remove();
  // Folded parts of a file that is printed or mailed would be overlooked.
  for (const folded of copy.querySelectorAll("details")) folded.open = true;
  const { lang } = document.documentElement;
  const page = document.implementation.createHTMLDocument(title);
  page.documentElement.lang = lang;
  const charset = page.createElement("meta");
  charset.setAttribute("charset", "utf-8");
  const style = page.createElement("style");
  style.textContent = stylesOf(part);
  page.head.prepend(charset);
  page.head.append(style);
  page.body.append(page.importNode(copy, true));
  return `<!doctype html>${page.documentElement.outerHTML}\n`;
}

/** The rules of the page that apply to `part`, without fonts and what else would have to be fetched. */
function stylesOf(part: HTMLElement): string {
  const kept: string[] = [];
  for (const sheet of document.styleSheets) {
    for (const rule of rulesOf(sheet)) {
      if (rule instanceof CSSStyleRule && !applies(rule.selectorText, part)) continue;
      if (rule instanceof CSSFontFaceRule || /url\((?!["']?data:)/.test(rule.cssText)) continue;
      kept.push(rule.cssText);
    }
  }
  return kept.join("\n");
}

function applies(selector: string, part: HTMLElement): boolean {
  if (/:root|^html|^body|^\*/.test(selector)) return true;
  // Of states and pseudo-elements only the element they belong to can be looked for.
  const bare = selector.replaceAll(/::?(before|after|hover|focus(-visible)?|active|marker)/g, "");
  try {
    return part.matches(bare) || part.querySelector(bare) !== null;
  } catch {
    return true;
  }
}

/** Rules of a sheet from elsewhere cannot be read. */
function rulesOf(sheet: CSSStyleSheet): CSSRule[] {
  try {
    return [...sheet.cssRules];
  } catch {
    return [];
  }
}
