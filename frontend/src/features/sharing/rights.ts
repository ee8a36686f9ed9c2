import type { GivenRight } from "../../api/contract.ts";
import { t } from "../../language/language.ts";

/** What a share may give, as the fields offer it. */
export const GIVEN_RIGHTS: { value: GivenRight; label: string }[] = [
  { value: "view", label: t("may view") },
  { value: "edit", label: t("may edit") },
];
