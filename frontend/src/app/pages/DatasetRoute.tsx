export function DatasetRoute() {
  return null;
}
