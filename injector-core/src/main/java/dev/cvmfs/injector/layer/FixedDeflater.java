package dev.cvmfs.injector.layer;

import java.util.Arrays;

/**
 * A small DEFLATE encoder (RFC 1951) whose output depends on its input and on nothing else, in
 * particular not on the zlib that happens to be installed. It is used for tar headers, which are
 * mostly zeros and repetitions of the header before.
 *
 * <p>One final block with the fixed Huffman codes (§3.2.6). Repetitions are found greedily through
 * a table of the last position of every hashed four bytes, at most 32 KiB back, 258 bytes long.
 * Changing anything here changes the digest of every layer, so it needs a new version of the layer
 * format.
 */
final class FixedDeflater {
  private static final int HASH_BITS = 14;
  private static final int MIN_MATCH = 4;
  private static final int MAX_MATCH = 258;
  private static final int WINDOW = 32_768;
  private static final int END_OF_BLOCK = 256;

  /** First length or distance of each code, and how many extra bits follow it (RFC 1951 §3.2.5). */
  private static final int[] LENGTH_BASE = {
    3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131,
    163, 195, 227, 258
  };

  private static final int[] DISTANCE_BASE = {
    1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049,
    3073, 4097, 6145, 8193, 12289, 16385, 24577
  };
  private static final int[] DISTANCE_EXTRA = {
    0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13
  };

  /** Positions count on from input to input, so that those of inputs before need not be cleared. */
  private final int[] lastPosition = new int[1 << HASH_BITS];

  private int origin = 1;
  private byte[] out = new byte[1024];
  private int length;
  private long bits;
  private int bitCount;

  /** The first {@code size} bytes of the input as a raw DEFLATE stream. */
  byte[] deflate(byte[] input, int size) {
    if (origin > Integer.MAX_VALUE - size) {
      Arrays.fill(lastPosition, 0);
      origin = 1;
    }
    length = 0;
    bits = 0;
    bitCount = 0;
    // Final block, fixed Huffman codes.
    writeBits(0b011, 3);
    int at = 0;
    while (at < size) {
      at = writeNext(input, at, size);
    }
    origin += size;
    writeSymbol(END_OF_BLOCK);
    if (bitCount > 0) {
      writeBits(0, 8 - bitCount);
    }
    return Arrays.copyOf(out, length);
  }

  /** Writes a repetition or a byte, and returns where it ends. */
  private int writeNext(byte[] input, int at, int size) {
    int match = at + MIN_MATCH <= size ? replacePosition(input, at) : -1;
    int matched = match >= 0 && at - match <= WINDOW ? commonLength(input, match, at, size) : 0;
    if (matched < MIN_MATCH) {
      writeSymbol(input[at] & 0xff);
      return at + 1;
    }
    writeMatch(matched, at - match);
    int end = at + matched;
    int last = Math.min(end, size - MIN_MATCH + 1);
    for (int position = at + 1; position < last; position++) {
      replacePosition(input, position);
    }
    return end;
  }

  /**
   * Remembers this position for its next four bytes and returns the one remembered before; a
   * negative number if there is none in this input.
   */
  private int replacePosition(byte[] input, int at) {
    int word =
        (input[at] & 0xff)
            | (input[at + 1] & 0xff) << 8
            | (input[at + 2] & 0xff) << 16
            | input[at + 3] << 24;
    int hash = (word * 0x9E3779B1) >>> (32 - HASH_BITS);
    int before = lastPosition[hash];
    lastPosition[hash] = origin + at;
    return before - origin;
  }

  private static int commonLength(byte[] input, int match, int at, int size) {
    int most = Math.min(MAX_MATCH, size - at);
    int mismatch = Arrays.mismatch(input, match, match + most, input, at, at + most);
    return mismatch < 0 ? most : mismatch;
  }

  private void writeMatch(int matchLength, int distance) {
    int code = floorIndex(LENGTH_BASE, matchLength);
    writeSymbol(257 + code);
    writeBits(matchLength - LENGTH_BASE[code], DeflateWalker.LENGTH_BITS[code]);
    int distanceCode = floorIndex(DISTANCE_BASE, distance);
    writeBits(reverse(distanceCode, 5), 5);
    writeBits(distance - DISTANCE_BASE[distanceCode], DISTANCE_EXTRA[distanceCode]);
  }

  private static int floorIndex(int[] base, int value) {
    int index = Arrays.binarySearch(base, value);
    return index >= 0 ? index : -index - 2;
  }

  /** Writes a literal or length symbol in its fixed Huffman code. */
  private void writeSymbol(int symbol) {
    if (symbol < 144) {
      writeBits(reverse(0x30 + symbol, 8), 8);
    } else if (symbol < 256) {
      writeBits(reverse(0x190 + symbol - 144, 9), 9);
    } else if (symbol < 280) {
      writeBits(reverse(symbol - 256, 7), 7);
    } else {
      writeBits(reverse(0xc0 + symbol - 280, 8), 8);
    }
  }

  /** Huffman codes go out with their highest bit first, everything else with the lowest. */
  private static int reverse(int code, int width) {
    return Integer.reverse(code) >>> (32 - width);
  }

  private void writeBits(int value, int width) {
    bits |= (long) value << bitCount;
    bitCount += width;
    while (bitCount >= 8) {
      if (length == out.length) {
        out = Arrays.copyOf(out, 2 * length);
      }
      out[length++] = (byte) bits;
      bits >>>= 8;
      bitCount -= 8;
    }
  }
}
