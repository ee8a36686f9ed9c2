import {
  type ButtonProps,
  createTheme,
  type CSSVariablesResolver,
  defaultVariantColorsResolver,
  localStorageColorSchemeManager,
  type MantineColorsTuple,
  type VariantColorsResolver,
} from "@mantine/core";
import { t } from "../language/language.ts";

/** One blue: slot 6 is the light theme's accent, slot 4 the dark theme's. */
const blue: MantineColorsTuple = [
  "#e8edfc",
  "#d3dcfa",
  "#b4c4fb",
  "#9db5fd",
  "#86a4ff",
  "#5b7bea",
  "#3557d6",
  "#2c49b6",
  "#243c96",
  "#1b2647",
];

/** Mantine reads its chrome of the light theme from these. */
const gray: MantineColorsTuple = [
  "#f4f5f7",
  "#eef0f3",
  "#e1e4e9",
  "#d6dae1",
  "#cbd0d8",
  "#8f98a5",
  "#5f6977",
  "#4a5462",
  "#2b323c",
  "#14181f",
];

/** Mantine reads its chrome of the dark theme from these: text first, darkest background last. */
const dark: MantineColorsTuple = [
  "#e7ebf1",
  "#c6ced9",
  "#a9b4c2",
  "#8a96a5",
  "#2d3643",
  "#232a35",
  "#1a2029",
  "#12161d",
  "#0e1218",
  "#0b0e13",
];

/** Filled and light variants straight from the tokens, whose contrast is checked in both themes. */
const variantColorResolver: VariantColorsResolver = (input) => {
  const { color = "blue", variant } = input;
  if (variant === "filled" && (color === "blue" || color === "red")) {
    const fill = color === "red" ? "var(--bad)" : "var(--accent)";
    return {
      background: fill,
      hover: `color-mix(in srgb, ${fill} 88%, var(--fg))`,
      color: "var(--accent-fg)",
      border: "1px solid transparent",
    };
  }
  if (variant === "light" && (color === "blue" || color === "gray")) {
    const soft = color === "blue" ? "var(--accent-soft)" : "var(--sunk)";
    return {
      background: soft,
      hover: `color-mix(in srgb, ${soft} 92%, var(--fg))`,
      color: color === "blue" ? "var(--accent)" : "var(--fg2)",
      border: "1px solid transparent",
    };
  }
  return defaultVariantColorsResolver(input);
};

export const colorSchemeManager = localStorageColorSchemeManager({ key: "fiedler-color-scheme" });

/** Mantine in the density of the design: 13 px type, 30 px controls, 7 px corners. */
export const theme = createTheme({
  fontFamily: "var(--font)",
  fontFamilyMonospace: "var(--mono)",
  fontSizes: { xs: "11px", sm: "12px", md: "13px", lg: "14px", xl: "16px" },
  lineHeights: { xs: "1.4", sm: "1.4", md: "1.4", lg: "1.4", xl: "1.35" },
  spacing: { xs: "4px", sm: "8px", md: "12px", lg: "16px", xl: "24px" },
  radius: { xs: "4px", sm: "5px", md: "7px", lg: "10px", xl: "14px" },
  defaultRadius: "md",
  headings: {
    fontFamily: "var(--font)",
    fontWeight: "600",
    sizes: {
      h1: { fontSize: "20px", lineHeight: "1.3" },
      h2: { fontSize: "16px", lineHeight: "1.35" },
      h3: { fontSize: "13px", lineHeight: "1.4" },
    },
  },
  colors: { blue, gray, dark },
  variantColorResolver,
  primaryColor: "blue",
  primaryShade: { light: 6, dark: 4 },
  cursorType: "pointer",
  // Plain objects, not Button.extend(...): that would load every component with the first page.
  components: {
    ActionIcon: { defaultProps: { variant: "subtle", color: "gray", size: 30 } },
    Badge: { defaultProps: { radius: "sm", variant: "light" } },
    Button: {
      vars: (_theme: unknown, props: ButtonProps) => ({
        root: {
          "--button-height": props.size === "xs" ? "24px" : "30px",
          "--button-padding-x": props.size === "xs" ? "8px" : "12px",
          "--button-fz": props.size === "xs" ? "12px" : "13px",
        },
      }),
      styles: { label: { fontWeight: 550 } },
    },
    Input: {
      vars: () => ({ wrapper: { "--input-height": "30px", "--input-fz": "13px" } }),
      styles: { input: { background: "var(--raise)" } },
    },
    InputWrapper: {
      styles: {
        label: { fontSize: "12px", fontWeight: 400, color: "var(--fg2)", marginBottom: 4 },
        description: { fontSize: "12px", color: "var(--fg3)", marginBottom: 4 },
        error: { fontSize: "12px" },
      },
    },
    Menu: { defaultProps: { shadow: "none", radius: "lg" } },
    Modal: {
      defaultProps: {
        radius: "lg",
        centered: true,
        closeButtonProps: { "aria-label": t("Close") },
        // Its header element would count as a second banner of the page.
        attributes: { header: { role: "presentation" } },
      },
      styles: { title: { fontWeight: 600 } },
    },
    SegmentedControl: { defaultProps: { size: "xs", radius: "md" } },
    Progress: { styles: { root: { background: "var(--sunk)" } } },
    Switch: {
      defaultProps: { size: "xs" },
      styles: { label: { fontSize: "13px" } },
    },
    Tooltip: { defaultProps: { openDelay: 400, withArrow: false } },
  },
});

const shared = {
  "--mantine-color-body": "var(--panel)",
  "--mantine-color-text": "var(--fg)",
  "--mantine-color-dimmed": "var(--fg3)",
  "--mantine-color-placeholder": "var(--fg3)",
  "--mantine-color-anchor": "var(--accent)",
  "--mantine-color-error": "var(--bad)",
  "--mantine-color-default": "var(--raise)",
  "--mantine-color-default-hover": "var(--sunk)",
  "--mantine-color-default-color": "var(--fg)",
  "--mantine-color-default-border": "var(--line2)",
  "--mantine-color-gray-light-color": "var(--fg2)",
};

/** Lets Mantine's own colours follow the tokens, so that both change with one attribute. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: shared,
  dark: shared,
});
