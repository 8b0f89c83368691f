interface Brands {
  readonly userAgentData?: {
    getHighEntropyValues(
      hints: string[],
    ): Promise<{ fullVersionList?: readonly { brand: string; version: string }[] }>;
  };
}

/** E.g. `Chromium 156.0.8078.79`; the user agent itself where the browser tells no more. */
export async function browserVersion(): Promise<string> {
  const { userAgentData } = navigator as Brands;
  const values = await userAgentData?.getHighEntropyValues(['fullVersionList']).catch(() => undefined);
  const brands = (values?.fullVersionList ?? []).filter(({ brand }) => !/not.?a.?brand/i.test(brand));
  const named = brands.map(({ brand, version }) => `${brand} ${version}`).join(', ');
  return (named || navigator.userAgent).slice(0, 200);
}
