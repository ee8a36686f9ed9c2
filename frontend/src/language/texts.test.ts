// Every text goes through the language of the page, and every language has every text.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { compileMessage } from "@lingui/message-utils/compileMessage";
import { parseAst } from "vite";
import { describe, expect, it } from "vitest";
import german from "./de.json";

interface Node {
  type: string;
  start: number;
  [key: string]: unknown;
}

const root = join(import.meta.dirname, "..");
/** What readers never see, or is the same in all languages. */
const NOT_PAGES =
  /\.(test|vitest)\.|^(api\/generated|language|points)\/|example|fakeServer|renderInApp/;
/** Attributes that are read out or shown. */
const SHOWN =
  /^(label|name|title|placeholder|description|alt|lead|question|(aria-(label|description|valuetext)))$/;

const files = readdirSync(root, { recursive: true, encoding: "utf8" })
  .map((file) => file.replaceAll("\\", "/"))
  .filter((file) => /\.tsx?$/.test(file) && !NOT_PAGES.test(file));

/** What a source shows: messages for translation, and texts that are none. */
function textsOf(file: string): { messages: string[]; hardCoded: string[] } {
  const source = readFileSync(join(root, file), "utf8");
  const messages: string[] = [];
  const hardCoded: string[] = [];
  const report = (node: Node, text: string) => {
    const line = source.slice(0, node.start).split("\n").length;
    hardCoded.push(`${file}:${line}: ${text.trim()}`);
  };
  const isContent = (container: Node) => !/=\s*$/.test(source.slice(0, container.start));
  const visit = (node: Node, shown: boolean) => {
    if (isCallOf(node, "t")) {
      const [message, ...values] = node["arguments"] as Node[];
      const text = message && literal(message);
      if (text === undefined) report(node, "t() of something that is not a literal");
      else messages.push(text);
      for (const value of values) visit(value, false);
      return;
    }
    if (node.type === "JSXAttribute") {
      const name = nameOf(node["name"] as Node);
      const value = node["value"] as Node | null;
      if (name === "text" && value?.type === "Literal") messages.push(String(value["value"]));
      else if (name === "name" && /^\{?["`]?[a-z]\w*["`}]/.test(source.slice(value?.start))) return;
      else if (value && !/^(className|style|rel)$/.test(name)) visit(value, SHOWN.test(name));
      return;
    }
    if (neverShown(node)) return;
    if (node.type === "JSXText") {
      if (!isName(String(node["value"]))) report(node, String(node["value"]));
      return;
    }
    const text = literal(node) ?? templateText(node);
    if (text !== undefined && (isSentence(text) || (shown && !isName(text)))) report(node, text);
    const inside = node.type === "JSXExpressionContainer" ? shown || isContent(node) : shown;
    for (const child of childrenOf(node)) {
      visit(child, inside && !/^(Call|Member|Binary|Arrow)|^JSXElement/.test(node.type));
    }
  };
  visit(parseAst(source, { lang: "tsx" }) as unknown as Node, false);
  return { messages, hardCoded };
}

/** No text to translate: without letters, an identifier, or the name of the product. */
function isName(text: string): boolean {
  const bare = text.trim();
  return bare === "Fiedler" || !/[A-Za-z]{2}/.test(bare) || /^[\w./-]*[_\d./-][\w./-]*$/.test(bare);
}

/** Two words in a row, which no key, class or path has. */
function isSentence(text: string): boolean {
  return /[A-Za-z]{2,}[,.:;]? [a-z]{2,}/.test(text) && !/<!|var\(--|^M |\dpx|[,[]$|\]$/.test(text);
}

/** Types, imports, keys, errors for developers, and attributes for machines. */
function neverShown(node: Node): boolean {
  if (/^(TS(?!As|NonNull|Satisfies)|Import|ExportAll)/.test(node.type)) return true;
  if (node.type === "VariableDeclarator") return nameOf(node["id"] as Node) === "fileName";
  if (node.type === "Property") return /Key$|^(color|fileName)$/.test(nameOf(node["key"] as Node));
  if (node.type === "NewExpression") return nameOf(node["callee"] as Node).endsWith("Error");
  return false;
}

function isCallOf(node: Node, name: string): boolean {
  return node.type === "CallExpression" && nameOf(node["callee"] as Node) === name;
}

function nameOf(node: Node): string {
  if (node.type === "JSXNamespacedName") return "";
  return String(node["name"] ?? "");
}

function literal(node: Node): string | undefined {
  if (node.type === "Literal" && typeof node["value"] === "string") return node["value"];
  if (node.type !== "TemplateLiteral" || (node["expressions"] as Node[]).length > 0)
    return undefined;
  return templateText(node);
}

function templateText(node: Node): string | undefined {
  if (node.type !== "TemplateLiteral") return undefined;
  const quasis = node["quasis"] as { value: { cooked: string } }[];
  return quasis.map(({ value }) => value.cooked).join("{}");
}

function childrenOf(node: Node): Node[] {
  return Object.values(node)
    .flat()
    .filter((value): value is Node => typeof (value as Node | null)?.type === "string");
}

/** The names of values and tags in a message. */
function partsOf(message: string): string[] {
  const values = [...message.matchAll(/\{(\w+)(?=[},])/g)].map(([, name]) => `{${name}}`);
  const tags = [...message.matchAll(/<(\w+)>/g)].map(([, name]) => `<${name}>`);
  return [...new Set([...values, ...tags])].toSorted();
}

const found = files.map(textsOf);
const messages = new Set(found.flatMap((each) => each.messages));

describe("the texts of the page", () => {
  it("are all said through t() or Words", () => {
    expect(messages.size).toBeGreaterThan(500);
    expect(found.flatMap(({ hardCoded }) => hardCoded)).toEqual([]);
  });

  it("are messages that can be read", () => {
    for (const each of found.flatMap((one) => one.messages)) {
      expect(() => compileMessage(each), each).not.toThrow();
    }
  });
});

describe("German", () => {
  const translations = Object.entries<string>(german);

  it("has every text, and none that is not shown any more", () => {
    expect([...messages].filter((message) => !(message in german))).toEqual([]);
    expect(Object.keys(german).filter((message) => !messages.has(message))).toEqual([]);
  });

  it("keeps the values, tags and outer spaces of each", () => {
    const broken = translations.filter(
      ([message, text]) =>
        partsOf(message).join() !== partsOf(text).join() ||
        message.match(/^\s*|\s*$/g)?.join("|") !== text.match(/^\s*|\s*$/g)?.join("|"),
    );
    expect(broken).toEqual([]);
  });
});
