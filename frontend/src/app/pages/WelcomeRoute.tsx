export function WelcomeRoute() {
  return null;
}
