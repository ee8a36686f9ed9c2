import { NativeSelect } from "@mantine/core";
import type { AccountRead } from "../../api/contract.ts";
import { formatBytes } from "../../ui/numbers.ts";
import { t } from "../../language/language.ts";

const GIGABYTE = 1e9;
const OFFERED = [1, 5, 20, 100].map((gigabytes) => gigabytes * GIGABYTE);
const AS_SET_UP = "default";

interface QuotaFieldProps {
  account: AccountRead;
  /** Bytes that may be kept; 0 for no bound, null for what the server is set up with. */
  onChange: (bytes: number | null) => void;
}

/** How much an account may keep. */
export function QuotaField({ account, onChange }: QuotaFieldProps) {
  const own = account.own_quota_bytes;
  const sizes = new Set([...OFFERED, ...(own ? [own] : [])]);
  const options = [
    { value: AS_SET_UP, label: t("as set up") },
    ...[...sizes]
      .toSorted((first, second) => first - second)
      .map((bytes) => ({ value: String(bytes), label: formatBytes(bytes) })),
    { value: "0", label: t("no bound") },
  ];
  return (
    <NativeSelect
      size="xs"
      aria-label={t("Quota of {username}", { username: account.username })}
      data={options}
      value={own === null ? AS_SET_UP : String(own)}
      onChange={(event) => {
        const chosen = event.currentTarget.value;
        onChange(chosen === AS_SET_UP ? null : Number(chosen));
      }}
    />
  );
}
