export function ExploreChoice() {
  return null;
}
