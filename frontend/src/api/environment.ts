/** Settings of the deployment. `configuration.js` (rewritten by the image) wins over the build's. */
interface DeploymentConfiguration {
  VITE_API_BASE_URL?: string;
  VITE_WS_URL?: string;
  VITE_ENVIRONMENT?: string;
}

declare global {
  interface Window {
    fiedlerConfiguration?: DeploymentConfiguration;
  }
}

function setting(name: keyof DeploymentConfiguration): string {
  const atRunTime = window.fiedlerConfiguration?.[name];
  // In development the page is served by the proxy, so the API is always on its own origin.
  const atBuildTime = import.meta.env.DEV ? "" : (import.meta.env[name] as string | undefined);
  return atRunTime || atBuildTime || "";
}

/** Origin of the API without a trailing slash. */
export function apiOrigin(): string {
  return (setting("VITE_API_BASE_URL") || window.location.origin).replace(/\/+$/, "");
}

/** Address of the live channel (ws: or wss:). */
export function liveUrl(): string {
  return setting("VITE_WS_URL") || `${apiOrigin().replace(/^http/, "ws")}/ws`;
}

/** Name of the deployment, for the about line in Settings. */
export function environmentName(): string {
  return setting("VITE_ENVIRONMENT") || import.meta.env.MODE;
}

/** The page's address `path` with one value in its query, as it is handed to somebody else. */
export function pageAddress(path: string, name: string, value: string): string {
  const address = new URL(path, window.location.origin);
  address.searchParams.set(name, value);
  return address.href;
}
