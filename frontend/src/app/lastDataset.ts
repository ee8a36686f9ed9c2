import { create } from "zustand";
import { persist } from "zustand/middleware";

/** The dataset looked at last, so that Explore in the rail leads back to it. */
export const useLastDataset = create<{ datasetId: number | null }>()(
  persist(() => ({ datasetId: null as number | null }), { name: "fiedler-last-dataset" }),
);
