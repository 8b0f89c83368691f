/** Scripts of the service workers registered for this frame's origin. Runs inside the page. */
export async function serviceWorkers(): Promise<string[]> {
  const container = (navigator as { serviceWorker?: ServiceWorkerContainer }).serviceWorker;
  const registrations = (await container?.getRegistrations()) ?? [];
  return registrations.flatMap(
    ({ installing, waiting, active }) => (installing ?? waiting ?? active)?.scriptURL ?? [],
  );
}
