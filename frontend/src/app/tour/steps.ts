// The five stops of the tour: what is pointed at, and what is said there.

import { t } from "../../language/language.ts";

export interface Stop {
  /** CSS selector of what is pointed at. */
  target: string;
  title: string;
  text: string;
}

export const STOPS: readonly Stop[] = [
  {
    target: "[data-tour=map]",
    title: t("The map"),
    text: t(
      "Every point is a row of your table, coloured by its cluster. Move over a point to read its row; draw a lasso around points to select them.",
    ),
  },
  {
    target: "[data-tour=spectrum]",
    title: t("How many clusters"),
    text: t(
      "Each suggestion says why. Click one, or a gap in the chart: the rows are cut anew at once, and colours stay with their clusters.",
    ),
  },
  {
    target: "[data-tour=clusters]",
    title: t("What each cluster is"),
    text: t(
      "Click a cluster: below the list you read what sets it apart, a rule that finds it, and the rows on its border. F2 gives it a name.",
    ),
  },
  {
    target: "[data-tour=method]",
    title: t("Another way to look"),
    text: t(
      "Choose columns, scaling or the graph and run again. A forecast says how long that takes, and every parameter explains itself.",
    ),
  },
  {
    target: "[data-tour=report]",
    title: t("An answer to show"),
    text: t(
      "Compare sets two runs side by side. Report writes down what the groups are, why, and how sure that is, to print or to send as one file.",
    ),
  },
];
