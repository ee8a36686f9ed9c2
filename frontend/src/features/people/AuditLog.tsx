import { Button, Group, Loader, Stack } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { auditQuery } from "../../api/people.ts";
import { asProblem } from "../../api/problem.ts";
import { DataTable } from "../../ui/DataTable.tsx";
import { formatTime } from "../../ui/numbers.ts";
import { ProblemAlert } from "../../ui/ProblemAlert.tsx";
import { actionWords, detailWords, subjectWords } from "./auditWords.ts";
import { t } from "../../language/language.ts";

/** Who did what, when, from where; newest first. */
export function AuditLog() {
  const log = useInfiniteQuery(auditQuery);
  if (log.error) {
    return <ProblemAlert problem={asProblem(log.error)} onRetry={() => void log.refetch()} />;
  }
  if (!log.data) return <Loader size="sm" color="gray" aria-label={t("Loading the audit log")} />;
  return (
    <Stack gap="sm">
      <DataTable label={t("Audit log")} maxHeight={420}>
        <thead>
          <tr>
            <th scope="col">{t("When")}</th>
            <th scope="col">{t("Who")}</th>
            <th scope="col">{t("What")}</th>
            <th scope="col">{t("To what")}</th>
            <th scope="col">{t("Details")}</th>
            <th scope="col">{t("From where")}</th>
          </tr>
        </thead>
        <tbody>
          {log.data.pages
            .flatMap((page) => page.items)
            .map((entry) => (
              <tr key={entry.id}>
                <td>{formatTime(entry.at)}</td>
                <td>{entry.username ?? ""}</td>
                <td>{actionWords(entry.action)}</td>
                <td>{subjectWords(entry.subject)}</td>
                <td data-wrap>{detailWords(entry.details)}</td>
                <td
                  title={
                    entry.request_id
                      ? t("Request {request_id}", { request_id: entry.request_id })
                      : undefined
                  }
                >
                  {entry.address}
                </td>
              </tr>
            ))}
        </tbody>
      </DataTable>
      {log.hasNextPage && (
        <Group>
          <Button
            variant="default"
            loading={log.isFetchingNextPage}
            onClick={() => void log.fetchNextPage()}
          >
            {t("Show older entries")}
          </Button>
        </Group>
      )}
    </Stack>
  );
}
