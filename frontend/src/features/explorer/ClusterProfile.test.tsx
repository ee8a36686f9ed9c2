import { configure, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { delay, http, HttpResponse } from "msw";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { at, problem, startFakeServer } from "../../api/fakeServer.ts";
import { exampleClusterExplanation, exampleComparison } from "./exampleExplanations.ts";
import { clusteredRun, clusteredTable, partitionOf, renderExplore } from "./exampleExplore.tsx";

const server = startFakeServer();
configure({ asyncUtilTimeout: 10_000 });
vi.setConfig({ testTimeout: 30_000 });

beforeEach(() => {
  // jsdom has neither WebGL nor a layout.
  vi.spyOn(HTMLCanvasElement.prototype, "getContext").mockReturnValue(null);
  vi.spyOn(Element.prototype, "clientHeight", "get").mockReturnValue(300);
  server.use(...clusteredTable());
});

async function profileOf(search: string) {
  const { address } = renderExplore(search);
  const section = await screen.findByRole("region", { name: "Profile" });
  return { profile: within(section), address };
}

describe("the profile of all clusters", () => {
  const views = ["7 neighbours, k-means", "spanning tree", "10 neighbours, tree"].map(
    (name, index) => ({
      name,
      family: "features" as const,
      n_clusters: 2,
      support: 0.8,
      separation: null,
      agreement: index === 1 ? 0.4 : 1,
    }),
  );

  it("says how many views agree, and shows them", async () => {
    const mixture = { kind: "", accepted: false, reason: "No." };
    const consensus = { n_agreeing: 2, chosen: 0, alternative: 1, views, mixture };
    const run = clusteredRun({ partition: { ...partitionOf(2), consensus } });
    server.use(http.get(at("/runs"), () => HttpResponse.json({ items: [run], next_cursor: null })));
    const { profile } = await profileOf("");
    const section = within(await profile.findByRole("region", { name: "Views" }));
    expect(
      section.getByText(
        "2 of 3 views agree on these clusters. Another reading has support: spanning tree.",
      ),
    ).toBeVisible();
    await userEvent.click(section.getByText("3 views"));
    const items = section.getAllByRole("listitem");
    expect(items.map(({ textContent }) => textContent)).toEqual([
      "7 neighbours, k-means1.00",
      "spanning tree0.40",
      "10 neighbours, tree1.00",
    ]);
    expect(items[0]).toHaveAttribute("aria-current", "true");
    expect(screen.getByText(/Click a gap to re-cut; the views are asked again\./)).toBeVisible();
  });

  it("says nothing of views where there was one graph", async () => {
    const { profile } = await profileOf("");
    expect(await profile.findByText("All clusters")).toBeVisible();
    expect(profile.queryByRole("region", { name: "Views" })).toBeNull();
  });
});

describe("the profile of a cluster", () => {
  it("says what sets it apart, in words that need no eyes", async () => {
    const { profile } = await profileOf("?sel=0");
    expect(await profile.findByText("Higher x (1 against 0 for the rest).")).toBeVisible();
    const columns = profile.getByRole("list", { name: "Columns that tell most" });
    const column = within(columns).getByRole("button", {
      name: "x: median 1, the rest 0; Cliff's delta +0.75; 75 % above 0.5, the rest 0 %",
    });
    await userEvent.click(column);
    expect(column).toHaveAttribute("aria-expanded", "true");
    expect(profile.getByRole("row", { name: "median 1 0" })).toBeVisible();
  });

  it("shows what it consists of by columns that were not clustered on", async () => {
    const { profile } = await profileOf("?sel=0");
    const kind = await profile.findByRole("region", { name: "kind" });
    expect(kind).toHaveTextContent("solar75 %50 % overall");
    expect(profile.getByText(/Left out.*: id\./)).toBeVisible();
  });

  it("selects the rows of its rule, and the borderline ones", async () => {
    const { profile } = await profileOf("?sel=0");
    await userEvent.click(await profile.findByRole("button", { name: /^Rule: x > 0.5/ }));
    expect(await screen.findByTestId("selection-count")).toHaveTextContent("3 of 6");
    await userEvent.click(profile.getByRole("button", { name: "Select them" }));
    await waitFor(() => expect(screen.getByTestId("selection-count")).toHaveTextContent("1 of 6"));
  });

  it("leads to the closest cluster", async () => {
    const { profile, address } = await profileOf("?sel=0");
    await userEvent.click(await profile.findByRole("button", { name: "Cluster 1" }));
    await waitFor(() => expect(address()).toContain("sel=1"));
  });

  it("compares it with another cluster", async () => {
    const sent = vi.fn();
    server.use(
      http.post(at("/runs/11/comparisons"), async ({ request }) => {
        sent(await request.json());
        return HttpResponse.json(exampleComparison({ sentence: "Unlike cluster 2." }));
      }),
    );
    const { profile } = await profileOf("?k=3&sel=0");
    await profile.findByText(/Higher x/);
    await userEvent.selectOptions(profile.getByRole("combobox", { name: "against" }), "Cluster 2");
    expect(await profile.findByText("Unlike cluster 2.")).toBeVisible();
    expect(sent).toHaveBeenCalledWith({ first: { cluster: 0 }, second: { cluster: 2 } });
    expect(profile.getByRole("region", { name: "kind" })).toHaveTextContent("0 % in Cluster 2");
  });

  it("says when no rule and no other cluster is there", async () => {
    const alone = exampleClusterExplanation({ rule: null, nearest: null, border: null });
    server.use(http.get(at("/runs/11/clusters/0/explanation"), () => HttpResponse.json(alone)));
    const { profile } = await profileOf("?sel=0");
    expect(await profile.findByText(/No short rule/)).toBeVisible();
    expect(profile.queryByText(/Closest/)).toBeNull();
    expect(profile.queryByText(/Margins/)).toBeNull();
  });

  it("shows that it is comparing, and why there is no answer, with a way to try again", async () => {
    server.use(
      http.get(at("/runs/11/clusters/0/explanation"), async () => {
        await delay(100);
        return problem(409, "explanation_failed");
      }),
    );
    const { profile } = await profileOf("?sel=0");
    expect(await profile.findByRole("status", { name: "Comparing the rows" })).toBeVisible();
    expect(await profile.findByRole("alert")).toHaveTextContent("explanation_failed");
    server.resetHandlers(...clusteredTable());
    await userEvent.click(profile.getByRole("button", { name: "Try again" }));
    expect(await profile.findByText(/Higher x/)).toBeVisible();
  });
});

describe("a row", () => {
  it("is explained from the border, and its neighbours from there", async () => {
    const { profile } = await profileOf("?sel=0");
    await userEvent.click(await profile.findByRole("button", { name: /^Why is row 4 here/ }));
    const heading = await profile.findByRole("heading", { name: "Row 4" });
    expect(heading).toHaveFocus();
    const pulls = await profile.findByRole("table", { name: /What holds it/ });
    expect(pulls).toHaveTextContent("draws it to Cluster 1");
    await userEvent.click(
      profile.getByRole("button", { name: /^Row 5, Cluster 1, distance 0.75/ }),
    );
    expect(await profile.findByRole("heading", { name: "Row 5" })).toBeVisible();
    await userEvent.click(profile.getByRole("button", { name: "Back" }));
    expect(await profile.findByText(/Higher x/)).toBeVisible();
  });

  it("is explained from the table of selected rows", async () => {
    const { profile } = await profileOf("?sel=0");
    await userEvent.click(profile.getByRole("button", { name: "Select its rows" }));
    await userEvent.click(
      await screen.findByRole("button", { name: "Row 2: why is it in its cluster?" }),
    );
    expect(await profile.findByRole("heading", { name: "Row 2" })).toBeVisible();
    // Choosing a cluster closes it.
    await userEvent.click(screen.getByRole("button", { name: /^Cluster 1, 2 rows/ }));
    expect(await profile.findByRole("heading", { name: "Cluster 1" })).toBeVisible();
  });
});

describe("selected rows", () => {
  it("are set apart from the rest when no cluster is chosen", async () => {
    const sent = vi.fn();
    server.use(
      http.post(at("/runs/11/comparisons"), async ({ request }) => {
        sent(await request.json());
        return HttpResponse.json(exampleComparison());
      }),
    );
    const { profile } = await profileOf("?sel=1");
    await userEvent.click(await profile.findByRole("button", { name: "Select its rows" }));
    await userEvent.click(screen.getByRole("button", { name: /^Cluster 1, 2 rows/ }));
    expect(await profile.findByRole("heading", { name: "Selected rows" })).toBeVisible();
    expect(await profile.findByText(/Higher x/)).toBeVisible();
    // Rows 4 and 5: bits 16 and 32.
    expect(sent).toHaveBeenCalledWith({ first: { bitmap: btoa("\x30") }, second: null });
  });
});
