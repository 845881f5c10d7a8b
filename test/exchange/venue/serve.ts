/**
 * A local venue as its own process: `node serve.ts ['{"hedgeMode":true}']` prints `{"port":…}` and runs until it is
 * killed. Controlled over `/__control/…` on the same port.
 */
import { startLocalVenue, type LocalVenue, type LocalVenueOptions } from "./local-venue.ts";

export async function serve(options: LocalVenueOptions): Promise<LocalVenue> {
  const venue = await startLocalVenue(options);
  const { port, apiKey, secret } = venue;
  process.stdout.write(`${JSON.stringify({ port, apiKey, secret })}\n`);
  return venue;
}

if (import.meta.main) {
  const text = process.argv[2] ?? "{}";
  const venue = await serve(JSON.parse(text) as LocalVenueOptions);
  const stop = (): void => {
    void venue.close().then(() => process.exit(0));
  };
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
}
