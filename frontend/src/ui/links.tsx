// Mantine's look on the router's links, with addresses, parameters and search typed.
import { Anchor, type AnchorProps, Button, type ButtonProps } from "@mantine/core";
import { createLink } from "@tanstack/react-router";
import type { AnchorHTMLAttributes, Ref } from "react";

type Attributes<Props> = Props &
  Omit<AnchorHTMLAttributes<HTMLAnchorElement>, keyof Props> & { ref?: Ref<HTMLAnchorElement> };

function AnchorElement(props: Attributes<AnchorProps>) {
  return <Anchor {...props} />;
}

function ButtonElement(props: Attributes<ButtonProps>) {
  return <Button component="a" {...props} />;
}

/** A link in text and tables. */
export const TextLink = createLink(AnchorElement);

/** A link that looks like a button, for the way on from a page. */
export const ButtonLink = createLink(ButtonElement);
