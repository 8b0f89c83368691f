/** Labels and sentences of a certificate are some 30,000 characters; a long ledger is more than is worth keeping. */
const MAX_CHARACTERS = 400_000;

/** What an entry takes beside its characters, in characters. */
const ENTRY = 50;

/** What was made of texts, for all documents of the process; forgotten at once when there is too much of it. */
export class TextMemory<Made> {
  private readonly known = new Map<string, Made>();
  private characters = 0;

  /** What `make` makes of what `key` names: made once, as long as it is remembered. */
  recall(key: string, make: () => Made): Made {
    const known = this.known.get(key);
    if (known !== undefined) return known;
    const made = make();
    this.characters += key.length + ENTRY;
    if (this.characters > MAX_CHARACTERS) {
      this.known.clear();
      this.characters = key.length + ENTRY;
    }
    this.known.set(key, made);
    return made;
  }
}
