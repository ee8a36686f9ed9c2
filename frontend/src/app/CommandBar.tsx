import {
  Spotlight,
  type SpotlightActionData,
  type SpotlightActionGroupData,
  spotlight,
} from "@mantine/spotlight";
import "@mantine/spotlight/styles.css";
import { useMantineColorScheme } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useEffect } from "react";
import { datasetsQuery } from "../api/datasets.ts";
import { runsQuery } from "../api/runs.ts";
import { chooseLanguage, LANGUAGES, language, type Language, t } from "../language/language.ts";
import { KEYS, press } from "./keys.ts";
import { openKeyList } from "./KeyList.tsx";
import { startTour } from "./tour/tourState.ts";
import { useSignOut } from "./useSignOut.ts";

interface CommandBarProps {
  /** The dataset that Explore, Compare and Report are about. */
  datasetId: number | null;
  onClosed: () => void;
}

/** Everything there is, found by typing a few letters of it. */
export function CommandBar({ datasetId, onClosed }: CommandBarProps) {
  const navigate = useNavigate();
  const leave = useSignOut();
  const { setColorScheme } = useMantineColorScheme();
  const datasets = useQuery(datasetsQuery);
  const runs = useQuery({ ...runsQuery(datasetId ?? 0), enabled: datasetId !== null });
  useEffect(() => spotlight.open(), []);
  const groups: SpotlightActionGroupData[] = [
    {
      group: t("Pages"),
      actions: [
        command("data", t("Data"), () => navigate({ to: "/" })),
        ...(datasetId === null
          ? []
          : [
              command("explore", t("Explore"), () =>
                navigate({ to: "/d/$datasetId/explore", params: { datasetId } }),
              ),
              command("compare", t("Compare"), () =>
                navigate({ to: "/d/$datasetId/compare", params: { datasetId } }),
              ),
              command("report", t("Report"), () =>
                navigate({ to: "/d/$datasetId/report", params: { datasetId } }),
              ),
              command("table", t("The table and how it was read"), () =>
                navigate({ to: "/d/$datasetId", params: { datasetId } }),
              ),
            ]),
        command("runs", t("Runs"), () => navigate({ to: "/runs" })),
        command("settings", t("Settings"), () => navigate({ to: "/settings" })),
      ],
    },
    {
      group: t("Explore"),
      actions: KEYS.filter(({ command: name }) => name !== undefined).map((entry) => ({
        ...command(`key ${entry.keys.join()}`, entry.command ?? "", () => press(entry)),
        rightSection: <kbd>{entry.keys.at(-1)}</kbd>,
      })),
    },
    {
      group: t("Runs"),
      actions: (runs.data?.items ?? []).flatMap((run) => [
        command(
          `run ${run.id}`,
          t("Run {number} · k = {n_clusters}", {
            number: run.number,
            n_clusters: run.n_clusters,
          }),
          () =>
            navigate({
              to: "/d/$datasetId/explore",
              params: { datasetId: run.dataset_id },
              search: { run: run.id },
            }),
        ),
      ]),
    },
    {
      group: t("Datasets"),
      actions: (datasets.data?.items ?? []).map(({ id, name }) =>
        command(`dataset ${id}`, name, () =>
          navigate({ to: "/d/$datasetId/explore", params: { datasetId: id } }),
        ),
      ),
    },
    {
      group: t("Appearance"),
      actions: [
        command("light", t("Theme: {theme}", { theme: t("light") }), () => setColorScheme("light")),
        command("dark", t("Theme: {theme}", { theme: t("dark") }), () => setColorScheme("dark")),
        ...(Object.keys(LANGUAGES) as Language[])
          .filter((other) => other !== language)
          .map((other) =>
            command(`language ${other}`, t("Language: {name}", { name: LANGUAGES[other] }), () =>
              chooseLanguage(other),
            ),
          ),
      ],
    },
    {
      group: t("Help"),
      actions: [
        command("keys", t("All keys"), openKeyList),
        command("tour", t("The tour of Explore"), startTour),
        command("sign-out", t("Sign out"), leave),
      ],
    },
  ];
  return (
    <Spotlight
      actions={groups}
      shortcut={null}
      scrollable
      maxHeight={420}
      limit={60}
      // What scrolls must be reachable by keyboard.
      scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}
      highlightQuery
      nothingFound={t("Nothing is called so.")}
      searchProps={{ placeholder: t("What do you want to do?"), "aria-label": t("Find a command") }}
      onSpotlightClose={onClosed}
    />
  );
}

function command(id: string, label: string, act: () => unknown): SpotlightActionData {
  return { id, label, onClick: () => void act() };
}
