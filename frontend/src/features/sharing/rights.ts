import type { GivenRight } from "../../api/contract.ts";

/** What a share may give, as the fields offer it. */
export const GIVEN_RIGHTS: { value: GivenRight; label: string }[] = [
  { value: "view", label: "may view" },
  { value: "edit", label: "may edit" },
];
