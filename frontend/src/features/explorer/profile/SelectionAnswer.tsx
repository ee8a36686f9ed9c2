import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { comparisonQuery, rowSetOf } from "../../../api/explanations.ts";
import { selectionBitmapQuery, selectionsQuery } from "../../../api/selections.ts";
import type { RunRead } from "../../../api/contract.ts";
import { useClusterName } from "../clusterNames.ts";
import type { ShownPartition } from "../partitions.ts";
import type { Selection } from "../selection.ts";
import { AgainstSelect } from "./AgainstSelect.tsx";
import { Answering } from "../Answering.tsx";
import { ContrastView } from "./ContrastView.tsx";
import { rowsInWords } from "../explanationWords.ts";
import classes from "./profile.module.css";
import { useExplainedRows } from "../useExplainedRows.ts";
import { t } from "../../../language/language.ts";

interface SelectionAnswerProps {
  run: RunRead;
  shown: ShownPartition;
  selection: Selection;
  /** CSS colour of a cluster. */
  colourOf: (label: number) => string;
  onSelection: (selection: Selection | null) => void;
}

/** What sets the selected rows apart: from all others, or from a cluster. */
export function SelectionAnswer(props: SelectionAnswerProps) {
  const clusterName = useClusterName();
  const { run, shown, selection, colourOf, onSelection } = props;
  const { partition } = shown;
  const [wanted, setAgainst] = useState<number | null>(null);
  const labels = partition.clusters.map(({ label }) => label);
  const against = wanted !== null && labels.includes(wanted) ? wanted : null;
  const [wantedKept, setKept] = useState<number | null>(null);
  const selections = useQuery(selectionsQuery(run.id)).data ?? [];
  const kept = selections.find(({ id }) => id === wantedKept);
  const bitmap = useQuery({
    ...selectionBitmapQuery(run.id, kept?.id ?? 0),
    enabled: kept !== undefined,
  });
  const first = useMemo(() => rowSetOf(selection.mask), [selection]);
  const second = kept
    ? { bitmap: bitmap.data ?? "" }
    : against === null
      ? null
      : { cluster: against };
  const query = useQuery({
    ...comparisonQuery(partition, first, second),
    enabled: !kept || bitmap.isSuccess,
  });
  const rows = useExplainedRows(run.id, run.n_rows, onSelection);
  return (
    <>
      <div className={classes.facts}>
        <span className="num">{rowsInWords(selection.rows.length, run.n_rows)}</span>
        <AgainstSelect
          value={against}
          labels={labels}
          onChange={(label) => {
            setKept(null);
            setAgainst(label);
          }}
          kept={{ value: kept?.id ?? null, selections, onChange: setKept }}
        />
      </div>
      <Answering query={query}>
        {(answer) => (
          <ContrastView
            answer={answer}
            sides={{
              colour: "var(--accent)",
              against: against === null || kept ? undefined : colourOf(against),
              others: kept?.name ?? (against === null ? t("the rest") : clusterName(against)),
            }}
            nCompared={answer.n_first + answer.n_second - answer.n_shared}
            rows={rows}
          />
        )}
      </Answering>
    </>
  );
}
