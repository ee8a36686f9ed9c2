import { Paper, Stack, Text, Title } from "@mantine/core";
import type { ReactNode } from "react";
import { BrandMark } from "../../ui/BrandMark.tsx";
import classes from "./SessionFrame.module.css";

interface SessionFrameProps {
  title: string;
  /** One sentence under the title. */
  lead?: ReactNode;
  children?: ReactNode;
}

/** The frame of the pages before the sign-in: the mark and one narrow form. */
export function SessionFrame({ title, lead, children }: SessionFrameProps) {
  return (
    <main className={classes.frame}>
      <Paper withBorder radius="lg" p={28} w={400} maw="92vw">
        <Stack gap="lg">
          <BrandMark size={34} />
          <div>
            <Title order={1}>{title}</Title>
            {lead && (
              <Text c="var(--fg2)" mt={4}>
                {lead}
              </Text>
            )}
          </div>
          {children}
        </Stack>
      </Paper>
    </main>
  );
}
