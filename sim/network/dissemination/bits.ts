/** One bit a node for each of several items: `set` says whether it was new. Rows are reused by clearing them. */
export class BitRows {
  private words: Int32Array;
  private readonly rowWords: number;
  private rows: number;

  constructor(nodes: number, rows = 4) {
    this.rowWords = (nodes + 31) >> 5;
    this.rows = rows;
    this.words = new Int32Array(rows * this.rowWords);
  }

  has(row: number, node: number): boolean {
    return (this.words[row * this.rowWords + (node >> 5)]! & (1 << (node & 31))) !== 0;
  }

  /** True where the bit was clear. */
  set(row: number, node: number): boolean {
    const at = row * this.rowWords + (node >> 5);
    const old = this.words[at]!;
    const bit = 1 << (node & 31);
    this.words[at] = old | bit;
    return (old & bit) === 0;
  }

  unset(row: number, node: number): void {
    this.words[row * this.rowWords + (node >> 5)]! &= ~(1 << (node & 31));
  }

  /** Clears a row, which is made where it is beyond the last. */
  clear(row: number): void {
    if (row >= this.rows) {
      this.rows = Math.max(row + 1, 2 * this.rows);
      const wide = new Int32Array(this.rows * this.rowWords);
      wide.set(this.words);
      this.words = wide;
    }
    this.words.fill(0, row * this.rowWords, (row + 1) * this.rowWords);
  }
}
