/** The parts of lz4js that are used here; the package brings no types of its own. */
declare module "lz4js" {
  /** A whole LZ4 frame. */
  export function decompress(packed: Uint8Array): Uint8Array;
  /** One bare block, written from `outputStart` on; answers with where it ends. */
  export function decompressBlock(
    input: Uint8Array,
    output: Uint8Array,
    inputStart: number,
    inputLength: number,
    outputStart: number,
  ): number;
}
