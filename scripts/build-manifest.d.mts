export function buildManifestPath(folder: string): string;
export function writeBuildManifest(folder: string): void;
