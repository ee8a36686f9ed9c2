import type { QueryClient } from "@tanstack/react-query";
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  notFound,
  Outlet,
  redirect,
} from "@tanstack/react-router";
import { refreshSession, useSession } from "../api/session.ts";
import { validateExploreSearch, wholeNumber } from "./exploreSearch.ts";
import { PageFailure, PageMissing, PagePending } from "./PageStates.tsx";
import { Shell } from "./Shell.tsx";

interface RouterContext {
  queryClient: QueryClient;
}

const rootRoute = createRootRouteWithContext<RouterContext>()({
  component: Outlet,
  errorComponent: PageFailure,
  notFoundComponent: PageMissing,
});

const welcomeRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/welcome",
  validateSearch: (search): { token?: string } =>
    // Absent keys are set to undefined: left out, the router would pass the raw value on.
    ({ token: typeof search.token === "string" ? search.token : undefined }),
  component: lazyRouteComponent(() => import("./pages/WelcomeRoute.tsx"), "WelcomeRoute"),
});

const signInRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/sign-in",
  validateSearch: (search): { to?: string; problem?: string } => {
    // Only an address of this page may be the target, never another site.
    const { to, problem } = search;
    return {
      to: typeof to === "string" && /^\/(?![/\\])/.test(to) ? to : undefined,
      problem: typeof problem === "string" ? problem : undefined,
    };
  },
  component: lazyRouteComponent(() => import("./pages/SignInRoute.tsx"), "SignInRoute"),
});

const registerRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/register",
  validateSearch: (search): { invitation?: string } => ({
    invitation: typeof search.invitation === "string" ? search.invitation : undefined,
  }),
  component: lazyRouteComponent(() => import("./pages/RegisterRoute.tsx"), "RegisterRoute"),
});

const resetPasswordRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/reset-password",
  validateSearch: (search): { token?: string } => ({
    token: typeof search.token === "string" ? search.token : undefined,
  }),
  component: lazyRouteComponent(
    () => import("./pages/ResetPasswordRoute.tsx"),
    "ResetPasswordRoute",
  ),
});

/** Everything behind the sign-in: rail, header, page. */
const shellRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: "shell",
  beforeLoad: async ({ location }) => {
    if (useSession.getState().status === "signed-in" || (await refreshSession())) return;
    const to = location.href === "/" ? undefined : location.href;
    throw redirect({ to: "/sign-in", search: { to } });
  },
  component: Shell,
  errorComponent: PageFailure,
  pendingComponent: PagePending,
});

/** A number in an address; anything but a whole one leads nowhere. */
function numberIn(part: string): number {
  if (!/^[1-9]\d{0,15}$/.test(part)) throw notFound();
  return Number(part);
}

const datasetIdParam = {
  parse: ({ datasetId }: { datasetId: string }) => ({ datasetId: numberIn(datasetId) }),
  stringify: ({ datasetId }: { datasetId: number }) => ({ datasetId: String(datasetId) }),
};

const dataRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/",
  component: lazyRouteComponent(() => import("./pages/DataRoute.tsx"), "DataRoute"),
});

const datasetRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/d/$datasetId",
  params: datasetIdParam,
  component: lazyRouteComponent(() => import("./pages/DatasetRoute.tsx"), "DatasetRoute"),
});

const exploreRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/d/$datasetId/explore",
  params: datasetIdParam,
  validateSearch: validateExploreSearch,
  component: lazyRouteComponent(() => import("./pages/ExploreRoute.tsx"), "ExploreRoute"),
});

const exploreChoiceRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/explore",
  component: lazyRouteComponent(() => import("./pages/DatasetChoice.tsx"), "ExploreChoice"),
});

const runsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/runs",
  component: lazyRouteComponent(() => import("./pages/RunsRoute.tsx"), "RunsRoute"),
});

const sweepFormRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/d/$datasetId/sweep",
  params: datasetIdParam,
  validateSearch: (search): { run?: number } => ({
    run: Number.isInteger(search.run) ? Number(search.run) : undefined,
  }),
  component: lazyRouteComponent(() => import("./pages/SweepFormRoute.tsx"), "SweepFormRoute"),
});

const sweepRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/sweeps/$sweepId",
  params: {
    parse: ({ sweepId }: { sweepId: string }) => ({ sweepId: numberIn(sweepId) }),
    stringify: ({ sweepId }: { sweepId: number }) => ({ sweepId: String(sweepId) }),
  },
  component: lazyRouteComponent(() => import("./pages/SweepRoute.tsx"), "SweepRoute"),
});

const compareRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/d/$datasetId/compare",
  params: datasetIdParam,
  validateSearch: ({ cuts }): { cuts?: string } => ({
    cuts: typeof cuts === "string" ? cuts : undefined,
  }),
  component: lazyRouteComponent(() => import("./pages/CompareRoute.tsx"), "CompareRoute"),
});

const compareChoiceRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/compare",
  component: lazyRouteComponent(() => import("./pages/DatasetChoice.tsx"), "CompareChoice"),
});

const reportRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/d/$datasetId/report",
  params: datasetIdParam,
  validateSearch: ({ run, k }): { run?: number; k?: number } => ({
    run: wholeNumber(run, 1),
    k: wholeNumber(k, 1),
  }),
  component: lazyRouteComponent(() => import("./pages/ReportRoute.tsx"), "ReportRoute"),
});

const reportChoiceRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/report",
  component: lazyRouteComponent(() => import("./pages/DatasetChoice.tsx"), "ReportChoice"),
});

const settingsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/settings",
  component: lazyRouteComponent(() => import("./pages/SettingsRoute.tsx"), "SettingsRoute"),
});

const shareRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/share",
  validateSearch: (search): { token?: string } => ({
    token: typeof search.token === "string" ? search.token : undefined,
  }),
  component: lazyRouteComponent(() => import("./pages/ShareRoute.tsx"), "ShareRoute"),
});

const peopleRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/people",
  component: lazyRouteComponent(() => import("./pages/PeopleRoute.tsx"), "PeopleRoute"),
});

const routeTree = rootRoute.addChildren([
  welcomeRoute,
  signInRoute,
  registerRoute,
  resetPasswordRoute,
  shellRoute.addChildren([
    dataRoute,
    datasetRoute,
    exploreRoute,
    exploreChoiceRoute,
    runsRoute,
    sweepFormRoute,
    sweepRoute,
    compareRoute,
    compareChoiceRoute,
    reportRoute,
    reportChoiceRoute,
    settingsRoute,
    peopleRoute,
    shareRoute,
  ]),
]);

/** The routes over one query cache. */
export function createAppRouter(queryClient: QueryClient) {
  return createRouter({
    routeTree,
    context: { queryClient },
    defaultPendingComponent: PagePending,
    defaultErrorComponent: PageFailure,
    defaultNotFoundComponent: PageMissing,
  });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof createAppRouter>;
  }
}
