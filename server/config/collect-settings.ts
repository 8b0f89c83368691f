import { readFileSync } from 'node:fs';
import { ConfigError } from '../config-error.ts';
import { systemCode } from '../store/store-error.ts';
import { argumentOf, pathOf, VARIABLE_PREFIX } from './setting-names.ts';

type Json = Record<string, unknown>;
export type Environment = Readonly<Record<string, string | undefined>>;

/** Where a value was set: the argument, the variable, or the file. Keyed by dotted path. */
export type Origins = ReadonlyMap<string, string>;

export interface CollectedSettings {
  /** As the file would hold them; nothing is checked yet. */
  readonly raw: Json;
  readonly origins: Origins;
}

/** Variables of scripts and tests, and the two that say where everything is. */
const NO_SETTING = /^TIEZHENG_(?:DATA|CONFIG|LONG|KILLS|BROWSER_ARGS|TEST_\w+)$/;

/**
 * The file, over it the environment, over that the arguments.
 * @param file path; `required` says whether it is an error that it is not there.
 * @param plain settings whose variable is taken as text; any other variable is JSON where it is JSON, else text.
 * @throws ConfigError FILE_UNREADABLE
 */
export function collectSettings(
  file: { readonly path: string; readonly required: boolean },
  environment: Environment,
  given: Readonly<Record<string, string>>,
  plain: ReadonlySet<string>,
): CollectedSettings {
  const raw = { ...readFile(file) };
  const origins = new Map<string, string>(Object.keys(raw).map((name) => [name, file.path]));
  for (const [variable, value] of Object.entries(environment)) {
    if (!variable.startsWith(VARIABLE_PREFIX) || NO_SETTING.test(variable) || value === undefined) continue;
    const path = pathOf(variable);
    setAt(raw, path, plain.has(path.join('.')) ? value : jsonOrText(value));
    origins.set(path.join('.'), variable);
  }
  for (const [name, value] of Object.entries(given)) {
    raw[name] = value;
    origins.set(name, `--${argumentOf(name)}`);
  }
  return { raw, origins };
}

function readFile({ path, required }: { path: string; required: boolean }): Json {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    if (!required && systemCode(cause) === 'ENOENT') return {};
    const why = cause instanceof SyntaxError ? `is not JSON: ${cause.message}` : 'cannot be read';
    throw new ConfigError('FILE_UNREADABLE', `${path} ${why}`, { entry: path, cause });
  }
  if (isObject(content)) return content;
  throw new ConfigError('FILE_UNREADABLE', `${path} does not hold an object`, { entry: path });
}

/** Copies what it changes; a member on the way that is no object gives way. */
function setAt(target: Json, [name = '', ...rest]: readonly string[], value: unknown): void {
  if (rest.length === 0) {
    define(target, name, value);
    return;
  }
  const inner = Object.hasOwn(target, name) ? target[name] : undefined;
  const copy = isObject(inner) ? { ...inner } : {};
  define(target, name, copy);
  setAt(copy, rest, value);
}

/** Also for a member called `__proto__`, which then is not known like any other. */
function define(target: Json, name: string, value: unknown): void {
  Object.defineProperty(target, name, { value, enumerable: true, writable: true, configurable: true });
}

function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
