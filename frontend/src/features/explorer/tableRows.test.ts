import { describe, expect, it } from "vitest";
import type { ColumnRead } from "../../api/contract.ts";
import { fileName } from "../../api/download.ts";
import { cellText, columnOrder } from "./tableRows.ts";

function column(name: string, type: ColumnRead["type"]): ColumnRead {
  return {
    name,
    type,
    missing: 0,
    distinct: 1,
    minimum: null,
    maximum: null,
    mean: null,
    role: "feature",
    role_reason: "",
    examples: [],
  } as ColumnRead;
}

describe("cellText", () => {
  it("writes each type as a reader expects and leaves missing cells to the table", () => {
    expect(cellText(null, column("a", "float"))).toBeNull();
    expect(cellText(0.123456, column("a", "float"))).toBe("0.1235");
    expect(cellText(12345678901234n, column("a", "integer"))).toBe("12345678901234");
    expect(cellText(true, column("a", "boolean"))).toBe("true");
    expect(cellText(Date.UTC(2026, 10, 24, 13, 5), column("a", "datetime"))).toBe(
      "2026-11-24 13:05",
    );
    expect(cellText(Date.UTC(2026, 10, 24), column("a", "datetime"))).toBe("2026-11-24");
  });
});

describe("columnOrder", () => {
  it("puts what was clustered on first", () => {
    const columns = [column("id", "integer"), column("x", "float"), column("y", "float")];
    expect(columnOrder(columns, ["y", "x"]).map(({ name }) => name)).toEqual(["x", "y", "id"]);
  });
});

describe("fileName", () => {
  it("reads plain and encoded names from the header", () => {
    expect(fileName('attachment; filename="blobs.csv"')).toBe("blobs.csv");
    expect(fileName("attachment; filename*=UTF-8''caf%C3%A9.csv; filename=\"x.csv\"")).toBe(
      "café.csv",
    );
    expect(fileName(null)).toBeNull();
  });
});
