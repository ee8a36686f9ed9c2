// The language of the page. Texts stand in English where they are shown, as messages in ICU's format; another
// language is one file of translations, loaded before anything is drawn and only by those who read it.

import { setupI18n } from "@lingui/core";
import { compileMessage } from "@lingui/message-utils/compileMessage";

/** The languages there are, by the names their readers know them by. */
export const LANGUAGES = { en: "English", de: "Deutsch" } as const;
export type Language = keyof typeof LANGUAGES;

/** Numbers and dates. Austria groups digits by spaces: a point could be read as the decimal one of statistics. */
const LOCALES: Record<Language, string> = { en: "en-GB", de: "de-AT" };
const KEPT_AS = "fiedler-language";

type Catalogue = Readonly<Record<string, string>>;
/** The texts of the page, and those of the parameters that the service describes. */
const CATALOGUES: Record<Exclude<Language, "en">, () => Promise<{ default: Catalogue }[]>> = {
  de: () => Promise.all([import("./de.json"), import("./de.parameters.json")]),
};

/** The language chosen on this device, else the first of the browser's that there is, else English. */
export const language: Language = chosenLanguage();
export const locale: string = LOCALES[language];

export const i18n = setupI18n();
const compiled = new Map<string, ReturnType<typeof compileMessage>>();
i18n.setMessagesCompiler((message) => {
  const known = compiled.get(message) ?? compileMessage(message);
  compiled.set(message, known);
  return known;
});
i18n.load(language, language === "en" ? {} : await catalogueOf(language));
i18n.activate(language, locale);
document.documentElement.lang = language;

/** A text in the reader's language; `message` is its English in ICU's format, a literal wherever it is called. */
export function t(message: string, values?: Record<string, string | number>): string {
  return i18n._(message, values);
}

/** A text that the service sent, in the reader's language where it is one of the contract's, else as it came. */
export function translated(text: string): string {
  const found = i18n.messages[text];
  return typeof found === "string" ? found : text;
}

/** Shows the page in another language from now on. The address restores the view. */
export function chooseLanguage(next: Language): void {
  localStorage.setItem(KEPT_AS, next);
  location.reload();
}

function chosenLanguage(): Language {
  const wanted = [localStorage.getItem(KEPT_AS) ?? "", ...navigator.languages];
  const known = wanted.map((tag) => tag.slice(0, 2)).find((tag) => tag in LANGUAGES);
  return (known as Language | undefined) ?? "en";
}

/** English where the file cannot be had: a page in the wrong language is better than none. */
async function catalogueOf(other: Exclude<Language, "en">): Promise<Catalogue> {
  try {
    const files = await CATALOGUES[other]();
    return Object.assign({}, ...files.map((file) => file.default));
  } catch {
    return {};
  }
}
