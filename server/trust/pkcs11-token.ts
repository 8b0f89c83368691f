import { readFile } from 'node:fs/promises';
import type * as pkcs11js from 'pkcs11js';
import { TrustError } from './trust-error.ts';

/** Where a token is found and how it is opened. */
export interface TokenOptions {
  /** Path of the PKCS#11 library that came with the token. */
  readonly module: string;
  readonly tokenLabel: string;
  /** File that holds the user PIN and nothing else. */
  readonly pinFile: string;
}

/** A session a user is logged in to. */
export interface TokenSession {
  /** Names of constants. */
  readonly pkcs11: typeof pkcs11js;
  readonly library: pkcs11js.PKCS11;
  readonly handle: pkcs11js.Handle;
}

/**
 * A PKCS#11 token, used by one call at a time. A token that was removed, restarted or replaced is found again at the
 * next use: whatever PKCS#11 says against a session that was opened earlier, it is tried once more in a new one.
 */
export class Pkcs11Token {
  readonly #options: TokenOptions;
  readonly #pkcs11: typeof pkcs11js;
  readonly #library: pkcs11js.PKCS11;
  #session: TokenSession | undefined;
  /** A token counts wrong PINs and locks itself: none is tried twice. */
  #refusedPin: string | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  /**
   * Loads pkcs11js, which npm leaves out where it cannot be compiled, and the library; the token may be absent.
   * @throws TrustError PKCS11_UNAVAILABLE
   */
  static async load(options: TokenOptions): Promise<Pkcs11Token> {
    const pkcs11 = await importPkcs11();
    const library = new pkcs11.PKCS11();
    try {
      library.load(options.module);
    } catch (cause) {
      throw new TrustError('PKCS11_UNAVAILABLE', `cannot load the PKCS#11 library ${options.module}`, {
        entry: options.module,
        cause,
      });
    }
    return new Pkcs11Token(options, pkcs11, library);
  }

  private constructor(options: TokenOptions, pkcs11: typeof pkcs11js, library: pkcs11js.PKCS11) {
    this.#options = options;
    this.#pkcs11 = pkcs11;
    this.#library = library;
  }

  /** @throws TrustError TOKEN_UNAVAILABLE, PIN_REFUSED, and what `work` throws that is not of PKCS#11 */
  use<T>(work: (session: TokenSession) => Promise<T>): Promise<T> {
    const result = this.#turn.then(() => this.#use(work));
    this.#turn = result.catch(() => undefined);
    return result;
  }

  /** Waits for the call under way, then logs out. */
  async close(): Promise<void> {
    await this.#turn;
    this.#drop();
    this.#library.close();
  }

  async #use<T>(work: (session: TokenSession) => Promise<T>): Promise<T> {
    const earlier = this.#session;
    try {
      return await work(earlier ?? (await this.#connect()));
    } catch (error) {
      const ofToken = error instanceof this.#pkcs11.NativeError;
      // In the session of a token that was removed some libraries find no objects and say nothing else.
      const maybeOfToken = error instanceof TrustError && error.code === 'KEY_UNREADABLE';
      if (!ofToken && !maybeOfToken) throw error;
      this.#drop();
      if (earlier !== undefined) return this.#use(work);
      throw ofToken ? this.#unavailable(error.message, error) : error;
    }
  }

  async #connect(): Promise<TokenSession> {
    const { pinFile, tokenLabel } = this.#options;
    const pin = await readPin(pinFile);
    if (pin === this.#refusedPin) throw pinRefused(this.#options);
    const { CKF_OS_LOCKING_OK, CKF_SERIAL_SESSION, CKF_RW_SESSION, CKU_USER } = this.#pkcs11;
    const library = this.#library;
    this.#initialize(CKF_OS_LOCKING_OK);
    const slot = library
      .C_GetSlotList(true)
      .find((id) => library.C_GetTokenInfo(id).label.trim() === tokenLabel);
    if (slot === undefined) throw this.#unavailable('no token of that label');
    const handle = library.C_OpenSession(slot, CKF_SERIAL_SESSION | CKF_RW_SESSION);
    try {
      library.C_Login(handle, CKU_USER, pin);
    } catch (cause) {
      this.#judgeLogin(cause, pin);
    }
    this.#session = { pkcs11: this.#pkcs11, library, handle };
    return this.#session;
  }

  #initialize(flags: number): void {
    try {
      this.#library.C_Initialize({ flags });
    } catch (error) {
      if (!this.#is(error, this.#pkcs11.CKR_CRYPTOKI_ALREADY_INITIALIZED)) throw error;
    }
  }

  #judgeLogin(cause: unknown, pin: string): void {
    const { CKR_USER_ALREADY_LOGGED_IN, CKR_PIN_INCORRECT, CKR_PIN_EXPIRED, CKR_PIN_LOCKED } = this.#pkcs11;
    if (this.#is(cause, CKR_USER_ALREADY_LOGGED_IN)) return;
    if (![CKR_PIN_INCORRECT, CKR_PIN_EXPIRED, CKR_PIN_LOCKED].some((code) => this.#is(cause, code)))
      throw cause;
    this.#refusedPin = pin;
    throw pinRefused(this.#options, cause);
  }

  /** The library is started anew with the next session: some notice a token only when they start. */
  #drop(): void {
    this.#session = undefined;
    try {
      this.#library.C_Finalize();
    } catch (error) {
      if (!(error instanceof this.#pkcs11.NativeError)) throw error;
    }
  }

  #is(error: unknown, code: number): boolean {
    return error instanceof this.#pkcs11.Pkcs11Error && error.code === code;
  }

  #unavailable(why: string, cause?: unknown): TrustError {
    const { tokenLabel } = this.#options;
    return new TrustError('TOKEN_UNAVAILABLE', `token ${tokenLabel} cannot be used: ${why}`, {
      entry: tokenLabel,
      cause,
    });
  }
}

async function importPkcs11(): Promise<typeof pkcs11js> {
  try {
    // CommonJS, whose names are known only when it runs.
    const imported = (await import('pkcs11js')) as unknown as { default: typeof pkcs11js };
    return imported.default;
  } catch (cause) {
    throw new TrustError(
      'PKCS11_UNAVAILABLE',
      'keys in a token need the npm package pkcs11js, which npm could not compile here: install a C++ compiler and Python, then run npm install again',
      { entry: 'pkcs11js', cause },
    );
  }
}

async function readPin(pinFile: string): Promise<string> {
  try {
    return (await readFile(pinFile, 'utf8')).trim();
  } catch (cause) {
    throw new TrustError('KEY_UNREADABLE', `cannot read the PIN file ${pinFile}`, { entry: pinFile, cause });
  }
}

function pinRefused({ tokenLabel, pinFile }: TokenOptions, cause?: unknown): TrustError {
  return new TrustError(
    'PIN_REFUSED',
    `token ${tokenLabel} refuses the PIN in ${pinFile}; it is not tried again before the file changes`,
    { entry: pinFile, cause },
  );
}
