/** Where the service of a command lies, as `readConfig` takes it. */
export function serviceArguments({
  data,
  config,
}: {
  readonly data?: string | undefined;
  readonly config?: string | undefined;
}): string[] {
  return [
    ...(data === undefined ? [] : ['--data', data]),
    ...(config === undefined ? [] : ['--config', config]),
  ];
}
