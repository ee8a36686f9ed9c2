import { ActionIcon, Tooltip, useMantineColorScheme, type MantineColorScheme } from "@mantine/core";
import { useHotkeys } from "@mantine/hooks";
import { MoonIcon, SunIcon, SystemIcon } from "../ui/icons.tsx";
import { t } from "../language/language.ts";

const NEXT: Record<MantineColorScheme, MantineColorScheme> = {
  light: "dark",
  dark: "auto",
  auto: "light",
};

const WORDS: Record<MantineColorScheme, string> = {
  light: t("light"),
  dark: t("dark"),
  auto: t("as the system"),
};

/** Steps through light, dark and the system's theme; also by the key T. Remembered per browser. */
export function ThemeToggle() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const advance = () => setColorScheme(NEXT[colorScheme]);
  useHotkeys([["t", advance]]);
  return (
    <Tooltip label={t("Theme: {theme} (T)", { theme: WORDS[colorScheme] })}>
      <ActionIcon aria-label={t("Theme: {theme}", { theme: WORDS[colorScheme] })} onClick={advance}>
        {colorScheme === "light" ? (
          <SunIcon />
        ) : colorScheme === "dark" ? (
          <MoonIcon />
        ) : (
          <SystemIcon />
        )}
      </ActionIcon>
    </Tooltip>
  );
}
