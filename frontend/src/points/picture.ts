// The map as a picture to take along: its points as drawn, with names, legend and what it shows in words.

/** A name on the map: its middle and the middle of what stands below it, CSS pixels. */
export interface PictureName {
  name: string;
  size: string;
  x: number;
  y: number;
  /** CSS colour. */
  colour: string;
}

export interface PictureLegend {
  title: string;
  basis: string;
  /** Colours of numbers from `low` to `high`, CSS. */
  ramp: { colours: readonly string[]; low: string; high: string } | null;
  entries: readonly { name: string; css: string; count: number }[];
  /** Rows drawn in the colour of `missing`. */
  nMissing: number;
}

export interface PictureScene {
  /** CSS pixels. */
  width: number;
  height: number;
  /** The points, as an address of an image of the same shape. */
  points: string;
  names: readonly PictureName[];
  /** Below the map: clusters with their colours, or the legend of a value. */
  legend: PictureLegend;
  /** What the axes are and how many points there are. */
  caption: string;
  background: string;
  foreground: string;
  faint: string;
  missing: { css: string; name: string };
}

const PADDING = 16;
const LINE = 20;
const COLUMN = 190;
const RAMP_WIDTH = 240;
const FONT = "Inter, 'Helvetica Neue', Arial, sans-serif";

/** An SVG document of the map; all text in it is text. */
export function pictureSvg(scene: PictureScene): string {
  const { width, height } = scene;
  const legend = legendMarkup(scene);
  const whole = height + legend.height + 2 * PADDING;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${whole}" viewBox="0 0 ${width} ${whole}" font-family="${FONT}" font-size="12">
<rect width="100%" height="100%" fill="${scene.background}"/>
<image href="${scene.points}" width="${width}" height="${height}"/>
${scene.names.map((name) => nameMarkup(name, scene)).join("\n")}
<g transform="translate(${PADDING} ${height + PADDING})" fill="${scene.foreground}">
${legend.markup}
</g>
</svg>
`;
}

function nameMarkup({ name, size, x, y, colour }: PictureName, scene: PictureScene): string {
  const halo = `paint-order="stroke" stroke="${scene.background}" stroke-width="3" stroke-linejoin="round"`;
  return `<g text-anchor="middle" fill="${scene.foreground}"><circle cx="${x - name.length * 3.6 - 9}" cy="${y - 6}" r="4" fill="${colour}"/><text x="${x}" y="${y - 2}" font-weight="600" ${halo}>${escaped(name)}</text><text x="${x}" y="${y + 12}" font-size="10.5" ${halo}>${escaped(size)}</text></g>`;
}

function legendMarkup(scene: PictureScene): { markup: string; height: number } {
  const { legend, caption, faint, missing } = scene;
  const parts = [
    `<text y="10" font-weight="600">${escaped(legend.title)}<tspan dx="8" font-weight="400" fill="${faint}">${escaped(legend.basis)}</tspan></text>`,
  ];
  let y = LINE;
  if (legend.ramp) {
    const { colours, low, high } = legend.ramp;
    const stops = colours.map((colour, at) => {
      return `<stop offset="${at / Math.max(1, colours.length - 1)}" stop-color="${colour}"/>`;
    });
    parts.push(
      `<linearGradient id="ramp">${stops.join("")}</linearGradient>`,
      `<rect y="${y}" width="${RAMP_WIDTH}" height="10" rx="3" fill="url(#ramp)"/>`,
      `<text y="${y + 24}">${escaped(low)}</text>`,
      `<text x="${RAMP_WIDTH}" y="${y + 24}" text-anchor="end">${escaped(high)}</text>`,
    );
    y += LINE + 14;
  }
  const entries = [...legend.entries];
  if (legend.nMissing > 0) {
    entries.push({ name: missing.name, css: missing.css, count: legend.nMissing });
  }
  const columns = Math.max(1, Math.floor((scene.width - 2 * PADDING) / COLUMN));
  entries.forEach(({ name, css, count }, index) => {
    const left = (index % columns) * COLUMN;
    const top = y + Math.floor(index / columns) * LINE;
    const short = name.length > 20 ? `${name.slice(0, 19)}…` : name;
    parts.push(
      `<circle cx="${left + 5}" cy="${top + 6}" r="5" fill="${css}"/><text x="${left + 16}" y="${top + 10}">${escaped(short)} <tspan fill="${faint}">${count.toLocaleString("en-US")}</tspan></text>`,
    );
  });
  y += Math.ceil(entries.length / columns) * LINE;
  parts.push(`<text y="${y + 12}" fill="${faint}">${escaped(caption)}</text>`);
  return { markup: parts.join("\n"), height: y + LINE };
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}

/** The SVG document drawn at `scale` device pixels a CSS pixel. */
export async function pictureOf(svg: string, scale: number): Promise<Blob> {
  const image = new Image();
  const address = URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }));
  try {
    image.src = address;
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(image.width * scale);
    canvas.height = Math.round(image.height * scale);
    canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((resolve, reject) =>
      canvas.toBlob((blob) => {
        if (blob) resolve(blob);
        else reject(new Error("The browser made no picture; make the window smaller."));
      }, "image/png"),
    );
  } finally {
    URL.revokeObjectURL(address);
  }
}
