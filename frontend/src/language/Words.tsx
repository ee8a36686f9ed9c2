import { TransNoContext } from "@lingui/react/server";
import type { ReactElement, ReactNode } from "react";
import { i18n } from "./language.ts";

interface WordsProps {
  /** English in ICU's format, a literal; `<b>{share}</b> of rows` marks what a tag holds. */
  text: string;
  values?: Record<string, ReactNode>;
  /** The element of each tag in the text. */
  tags?: Record<string, ReactElement>;
}

/** A text with markup inside, in the reader's language. */
export function Words({ text, values, tags }: WordsProps) {
  return <TransNoContext id={text} values={values} components={tags} lingui={{ i18n }} />;
}
