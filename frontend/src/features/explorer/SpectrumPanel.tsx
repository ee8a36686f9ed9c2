import { ActionIcon } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import type { RunRead } from "../../api/contract.ts";
import { SpectrumChart } from "../../charts/SpectrumChart.tsx";
import type { GapBand } from "../../charts/spectrumGeometry.ts";
import { formatEigenvalue } from "../../charts/spectrumGeometry.ts";
import classes from "./explorer.module.css";
import { MinusIcon, PlusIcon } from "./mapIcons.tsx";
import { largestK, TOLD_REASONS, toldSuggestions } from "./suggestedClusters.ts";
import { inOneSentence, residualsInWords } from "./suggestionWords.ts";
import { t } from "../../language/language.ts";

interface SpectrumPanelProps {
  run: RunRead;
  /** Number of clusters wanted at present. */
  nClusters: number;
  /** Another number may be chosen. */
  mayEdit: boolean;
  onChoose: (nClusters: number) => void;
  /** One cluster more or fewer than asked for last. */
  onStep: (by: 1 | -1) => void;
  /** The number the pointer or the focus is on, which a press would choose. */
  onIntend: (nClusters: number | null) => void;
}

/** Choosing the number of clusters: stepper, spectrum, and the suggestions with their reasons. */
export function SpectrumPanel(props: SpectrumPanelProps) {
  const { run, nClusters, mayEdit, onChoose, onStep, onIntend } = props;
  const [previewed, setPreviewed] = useState<GapBand | null>(null);
  const maximum = largestK(run);
  return (
    <section
      className={classes.card}
      aria-label={t("Clusters from the spectrum")}
      data-tour="spectrum"
    >
      <div className={classes.cardHead}>
        <h2>{t("Clusters from the spectrum")}</h2>
        <div className={classes.stepper} role="group" aria-label={t("Number of clusters")}>
          <ActionIcon
            size={24}
            aria-label={t("Fewer clusters")}
            disabled={!mayEdit || nClusters <= 1}
            onClick={() => onStep(-1)}
            {...intent(onIntend, nClusters - 1)}
          >
            <MinusIcon />
          </ActionIcon>
          <b className="num" data-testid="k">
            {nClusters}
          </b>
          <ActionIcon
            size={24}
            aria-label={t("More clusters")}
            disabled={!mayEdit || nClusters >= maximum}
            onClick={() => onStep(1)}
            {...intent(onIntend, nClusters + 1)}
          >
            <PlusIcon />
          </ActionIcon>
        </div>
      </div>
      <SpectrumChart
        eigenvalues={run.eigenvalues}
        selectedK={nClusters}
        minimumK={1}
        maximumK={maximum}
        suggested={toldSuggestions(run).map((suggestion) => suggestion.n_clusters)}
        onSelectK={onChoose}
        onPreview={(band) => {
          setPreviewed(band);
          onIntend(band?.nClusters ?? null);
        }}
      />
      <p className={classes.note}>
        {mayEdit
          ? gapInWords(run, previewed, nClusters)
          : t("You may look at this run; those who may edit it choose the number of clusters.")}
      </p>
      <Suggestions {...props} />
      <p className={classes.note}>{residualsInWords(run)}</p>
    </section>
  );
}

function gapInWords(run: RunRead, previewed: GapBand | null, nClusters: number): string {
  if (previewed) {
    const { nClusters: k, eigengap } = previewed;
    const values = { k, eigengap: formatEigenvalue(eigengap) };
    return k === nClusters
      ? t(
          "Cut into {k, plural, one {# cluster} other {# clusters}}: gap {eigengap} after eigenvalue {k}.",
          values,
        )
      : t(
          "Click to cut into {k, plural, one {# cluster} other {# clusters}}: gap {eigengap} after eigenvalue {k}.",
          values,
        );
  }
  const [here, next] = [run.eigenvalues[nClusters - 1], run.eigenvalues[nClusters]];
  const how = run.partition.consensus
    ? t("Click a gap to re-cut; the views are asked again.")
    : t("Click a gap to re-cut; nothing is solved again.");
  if (here === undefined || next === undefined) return how;
  return t("Gap {value} after eigenvalue {nClusters}. {how}", {
    value: formatEigenvalue(next - here),
    nClusters,
    how,
  });
}

/** Tells of the pointer and of the focus on something that chooses `nClusters`. */
function intent(onIntend: SpectrumPanelProps["onIntend"], nClusters: number) {
  return {
    onPointerEnter: () => onIntend(nClusters),
    onPointerLeave: () => onIntend(null),
    onFocus: () => onIntend(nClusters),
  };
}

function Suggestions({ run, nClusters, mayEdit, onChoose, onIntend }: SpectrumPanelProps) {
  const list = useRef<HTMLOListElement>(null);
  useEffect(() => {
    // Scrolls the list alone, never the panel around it.
    const frame = list.current;
    const chosen = frame?.querySelector(`[data-k="${nClusters}"]`);
    if (!frame || !chosen) return;
    const [outer, inner] = [frame.getBoundingClientRect(), chosen.getBoundingClientRect()];
    if (inner.top < outer.top) frame.scrollTop -= outer.top - inner.top;
    else if (inner.bottom > outer.bottom) frame.scrollTop += inner.bottom - outer.bottom;
  }, [nClusters]);
  if (run.suggestions.length === 0) {
    return <p className={classes.note}>{t("No number of clusters stands out.")}</p>;
  }
  return (
    <ol
      ref={list}
      className={classes.suggestions}
      aria-label={t("Suggested numbers of clusters")}
      // Without buttons to press, the keyboard scrolls the list itself.
      tabIndex={mayEdit ? undefined : 0}
    >
      {toldSuggestions(run).map((suggestion) => (
        <li key={suggestion.n_clusters}>
          <button
            type="button"
            className={classes.suggestion}
            disabled={!mayEdit}
            data-k={suggestion.n_clusters}
            aria-pressed={suggestion.n_clusters === nClusters}
            title={inOneSentence(suggestion.reasons)}
            onClick={() => onChoose(suggestion.n_clusters)}
            {...intent(onIntend, suggestion.n_clusters)}
          >
            <b className="num">{suggestion.n_clusters}</b>
            <span>
              {inOneSentence(suggestion.reasons.slice(0, TOLD_REASONS)) ||
                t("gap {eigengap}", { eigengap: formatEigenvalue(suggestion.eigengap) })}
            </span>
          </button>
        </li>
      ))}
    </ol>
  );
}
