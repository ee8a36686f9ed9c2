import { Stack, Text, Title } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { useSession } from "../../api/session.ts";
import { AccountTable } from "../../features/people/AccountTable.tsx";
import { AuditLog } from "../../features/people/AuditLog.tsx";
import { Invitations } from "../../features/people/Invitations.tsx";
import { PageFrame } from "../../ui/PageFrame.tsx";
import { t } from "../../language/language.ts";

/** For admins: accounts, invitations, and what was done. */
export function PeopleRoute() {
  useDocumentTitle(`${t("People")} · Fiedler`);
  const isAdmin = useSession((session) => session.user?.role === "admin");
  if (!isAdmin) {
    return (
      <PageFrame title={t("People")}>
        <Text>{t("Managing accounts needs the role admin; an admin can give it to you.")}</Text>
      </PageFrame>
    );
  }
  return (
    <PageFrame title={t("People")}>
      <Stack gap="xl">
        <section>
          <Title order={2} size="h3" mb={8}>
            {t("Accounts")}
          </Title>
          <AccountTable />
        </section>
        <section>
          <Title order={2} size="h3" mb={8}>
            {t("Invitations")}
          </Title>
          <Invitations />
        </section>
        <section>
          <Title order={2} size="h3" mb={8}>
            {t("What was done")}
          </Title>
          <AuditLog />
        </section>
      </Stack>
    </PageFrame>
  );
}
