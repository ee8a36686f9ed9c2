// The JSON schema of an algorithm's parameters, read into what the form draws.

import { t, translated } from "../../language/language.ts";

export type ParameterValue = string | number | string[] | null;
export type Parameters = Record<string, ParameterValue>;

export interface Parameter {
  name: string;
  title: string;
  help: string;
  group: string;
  kind: "choice" | "integer" | "number" | "columns";
  default: ParameterValue;
  /** May be left empty. */
  optional: boolean;
  minimum: number | undefined;
  maximum: number | undefined;
  choices: { value: string; label: string }[];
}

interface Property {
  title?: string;
  description?: string;
  default?: ParameterValue;
  type?: string | string[];
  enum?: string[];
  minimum?: number;
  maximum?: number;
  "x-group"?: string;
  "x-labels"?: Record<string, string>;
}

/** The parameters a schema declares, in its order. A kind this form does not know is left out. */
export function readParameters(schema: Record<string, unknown>): Parameter[] {
  const properties = (schema.properties ?? {}) as Record<string, Property>;
  return Object.entries(properties).flatMap(([name, property]) => {
    const types = [property.type ?? []].flat();
    const kind = property.enum
      ? ("choice" as const)
      : types.includes("array")
        ? ("columns" as const)
        : types.includes("integer")
          ? ("integer" as const)
          : types.includes("number")
            ? ("number" as const)
            : null;
    if (kind === null) return [];
    return [
      {
        name,
        title: translated(property.title ?? name),
        help: translated(property.description ?? ""),
        group: translated(property["x-group"] ?? "Method"),
        kind,
        default: property.default ?? null,
        optional: types.includes("null"),
        minimum: property.minimum,
        maximum: property.maximum,
        choices: (property.enum ?? []).map((value) => ({
          value,
          label: translated(property["x-labels"]?.[value] ?? value),
        })),
      },
    ];
  });
}

/** Parameters by group, groups in the order they first appear. */
export function byGroup(parameters: readonly Parameter[]): [string, Parameter[]][] {
  const groups = new Map<string, Parameter[]>();
  for (const parameter of parameters) {
    groups.set(parameter.group, [...(groups.get(parameter.group) ?? []), parameter]);
  }
  return [...groups];
}

export function sameValue(a: ParameterValue | undefined, b: ParameterValue | undefined): boolean {
  return JSON.stringify(a ?? null) === JSON.stringify(b ?? null);
}

/** Defaults of all parameters, overlaid with the values given. */
export function complete(
  parameters: readonly Parameter[],
  given: Record<string, unknown>,
): Parameters {
  return Object.fromEntries(
    parameters.map(({ name, default: standard }) => [
      name,
      (given[name] as ParameterValue | undefined) ?? standard,
    ]),
  );
}

/** What is wrong with values, by parameter, in the words of the form; empty when they may be sent. */
export function findMistakes(
  parameters: readonly Parameter[],
  values: Parameters,
): Record<string, string> {
  const mistakes: Record<string, string> = {};
  for (const { name, title, kind, minimum, maximum } of parameters) {
    const value = values[name];
    if ((kind !== "integer" && kind !== "number") || typeof value !== "number") continue;
    if (minimum !== undefined && value < minimum) {
      mistakes[name] = t("{title} is {value}; the smallest is {minimum}.", {
        title,
        value,
        minimum,
      });
    } else if (maximum !== undefined && value > maximum) {
      mistakes[name] = t("{title} is {value}; the largest is {maximum}.", {
        title,
        value,
        maximum,
      });
    }
  }
  const [clusters, largest] = [values.n_clusters, values.max_clusters];
  if (typeof clusters === "number" && typeof largest === "number" && clusters > largest) {
    const title = (name: string) => parameters.find((one) => one.name === name)?.title ?? name;
    mistakes.n_clusters ??= t(
      "{title} is {clusters}, above {title2}, {largest}; raise that or ask for fewer.",
      { title: title("n_clusters"), clusters, title2: title("max_clusters"), largest },
    );
  }
  return mistakes;
}

/** Only what differs from the defaults: what a job needs to be told. */
export function departures(parameters: readonly Parameter[], values: Parameters): Parameters {
  return Object.fromEntries(
    parameters
      .filter(({ name, default: standard }) => !sameValue(values[name], standard))
      .map(({ name }) => [name, values[name] ?? null]),
  );
}
