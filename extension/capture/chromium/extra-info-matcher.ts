/** What one hop of a redirect chain is called: `<engine id>#<hop>`, hops counted from 0. */
function hopId(request: string, hop: number): string {
  return `${request}#${hop}`;
}

interface Hop {
  /** Whether the network told raw headers of this hop; known once the hop was answered. */
  told: boolean | undefined;
}

interface Chain {
  readonly hops: Hop[];
  readonly waiting: { sent: ((id: string) => void)[]; received: ((id: string) => void)[] };
  readonly used: { sent: number; received: number };
}

/**
 * Ties ExtraInfo events, which name only the request, to the hop they belong to. They come in the order of the hops
 * but before or after the hop's own events, and hops answered by a cache or by HSTS have none.
 */
export class ExtraInfoMatcher {
  readonly #chains = new Map<string, Chain>();

  /** A hop begins; `previousTold`: the hop before had ExtraInfo. @returns the id of the new hop. */
  begin(request: string, previousTold: boolean | undefined): string {
    const chain = this.#chain(request);
    const last = chain.hops.at(-1);
    if (last !== undefined) last.told = previousTold ?? true;
    chain.hops.push({ told: undefined });
    this.#match(request, chain);
    return hopId(request, chain.hops.length - 1);
  }

  /** Id of the hop under way; undefined for a request whose sending was not seen. */
  current(request: string): string | undefined {
    const hops = this.#chains.get(request)?.hops.length ?? 0;
    return hops === 0 ? undefined : hopId(request, hops - 1);
  }

  /** The hop under way was answered. */
  answered(request: string, told: boolean): void {
    const chain = this.#chains.get(request);
    const last = chain?.hops.at(-1);
    if (chain === undefined || last === undefined) return;
    last.told = told;
    this.#match(request, chain);
  }

  /** Calls `use` with the id of the hop as soon as it is known which one it is. */
  extraInfo(request: string, side: 'sent' | 'received', use: (id: string) => void): void {
    const chain = this.#chain(request);
    chain.waiting[side].push(use);
    this.#match(request, chain);
  }

  /** Nothing further will come: what waits belongs to the hops not yet answered. */
  flush(): void {
    for (const [request, chain] of this.#chains) {
      for (const hop of chain.hops) hop.told ??= true;
      this.#match(request, chain);
    }
  }

  #chain(request: string): Chain {
    let chain = this.#chains.get(request);
    if (chain === undefined) {
      chain = { hops: [], waiting: { sent: [], received: [] }, used: { sent: 0, received: 0 } };
      this.#chains.set(request, chain);
    }
    return chain;
  }

  #match(request: string, chain: Chain): void {
    const told = chain.hops.flatMap((hop, index) => (hop.told === true ? [index] : []));
    for (const side of ['sent', 'received'] as const) {
      while (chain.waiting[side].length > 0) {
        const hop = told[chain.used[side]];
        if (hop === undefined) break;
        chain.used[side]++;
        chain.waiting[side].shift()?.(hopId(request, hop));
      }
    }
  }
}
