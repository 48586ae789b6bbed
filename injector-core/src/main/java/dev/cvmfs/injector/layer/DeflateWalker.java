package dev.cvmfs.injector.layer;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Goes through a DEFLATE stream (RFC 1951) without unpacking it, to find what no library tells:
 * where the last block begins, and at which bit it ends. For streams that have been inflated
 * already; nothing is checked that does not have to be.
 *
 * <p>The stream lies in an array that whoever walks refills; positions are bits from its start.
 */
final class DeflateWalker {
  /** So many bytes have to follow the position, unless the stream ends before. */
  static final int AHEAD = 512;

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final int LONGEST = 15;
  private static final int END_OF_BLOCK = 256;

  /**
   * How many extra bits follow each code of a length (RFC 1951 §3.2.5); the last two say nothing.
   */
  static final int[] LENGTH_BITS = {
    0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0, 0, 0
  };

  private static final int[] CODE_LENGTH_ORDER = {
    16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15
  };

  /** What comes next in the stream. */
  private enum State {
    HEADER,
    STORED,
    CODED,
    END
  }

  private final short[] literals = new short[1 << LONGEST];
  private final short[] distances = new short[1 << LONGEST];
  private State state = State.HEADER;
  private boolean lastBlock;
  private long storedLeft;

  /** Where the walk is, and what it has come by. */
  interface Track {
    /** A block begins at this bit, which is set, for it is the last one. */
    void lastBlockAt(long bit);
  }

  /** To the start of another stream. */
  void reset() {
    state = State.HEADER;
    lastBlock = false;
    storedLeft = 0;
  }

  boolean isAtEnd() {
    return state == State.END;
  }

  /**
   * Walks as far as it can be seen that the stream goes.
   *
   * @param stream followed by eight bytes that may be read, whatever they are
   * @param from bit at which to go on
   * @param end bytes that are there
   * @param complete whether no more will come
   * @return the bit at which the walk has ended: at the stream's end, or before what cannot be seen
   */
  long walk(byte[] stream, long from, int end, boolean complete, Track track) {
    long bit = from;
    long limit = 8L * (complete ? end : end - AHEAD);
    while (state != State.END && bit < limit) {
      bit =
          switch (state) {
            case HEADER -> header(stream, bit, track);
            case STORED -> stored(bit, 8L * end);
            default -> coded(stream, bit, limit);
          };
    }
    return bit;
  }

  private long header(byte[] stream, long from, Track track) {
    long bits = peek(stream, from);
    lastBlock = (bits & 1) != 0;
    if (lastBlock) {
      track.lastBlockAt(from);
    }
    long bit = from + 3;
    switch ((int) (bits >>> 1) & 3) {
      case 0 -> {
        bit = (bit + 7) & ~7L;
        storedLeft = peek(stream, bit) & 0xffff;
        bit += 32;
        state = State.STORED;
        if (storedLeft == 0) {
          endBlock();
        }
      }
      case 1 -> {
        fixedCodes();
        state = State.CODED;
      }
      case 2 -> {
        bit = dynamicCodes(stream, bit);
        state = State.CODED;
      }
      default -> throw notDeflate();
    }
    return bit;
  }

  private void endBlock() {
    state = lastBlock ? State.END : State.HEADER;
  }

  private long stored(long from, long end) {
    long bytes = Math.min(storedLeft, (end - from) / 8);
    storedLeft -= bytes;
    if (storedLeft == 0) {
      endBlock();
    }
    return from + 8 * bytes;
  }

  private long coded(byte[] stream, long from, long limit) {
    long bit = from;
    while (bit < limit) {
      long bits = peek(stream, bit);
      int code = literals[(int) bits & ((1 << LONGEST) - 1)];
      int used = code & 0xf;
      int symbol = code >> 4;
      if (used == 0) {
        throw notDeflate();
      }
      if (symbol > END_OF_BLOCK) {
        used += LENGTH_BITS[symbol - END_OF_BLOCK - 1];
        int distance = distances[(int) (bits >>> used) & ((1 << LONGEST) - 1)];
        if ((distance & 0xf) == 0) {
          throw notDeflate();
        }
        used += (distance & 0xf) + Math.max(0, (distance >> 5) - 1);
      }
      bit += used;
      if (symbol == END_OF_BLOCK) {
        endBlock();
        return bit;
      }
    }
    return bit;
  }

  private void fixedCodes() {
    byte[] lengths = new byte[288];
    Arrays.fill(lengths, 0, 144, (byte) 8);
    Arrays.fill(lengths, 144, 256, (byte) 9);
    Arrays.fill(lengths, 256, 280, (byte) 7);
    Arrays.fill(lengths, 280, 288, (byte) 8);
    fill(literals, lengths, 0, lengths.length);
    byte[] fives = new byte[30];
    Arrays.fill(fives, (byte) 5);
    fill(distances, fives, 0, fives.length);
  }

  private long dynamicCodes(byte[] stream, long from) {
    long bits = peek(stream, from);
    int literalCount = 257 + (int) (bits & 31);
    int distanceCount = 1 + (int) ((bits >>> 5) & 31);
    int lengthCount = 4 + (int) ((bits >>> 10) & 15);
    long bit = from + 14;
    byte[] codeLengths = new byte[19];
    for (int i = 0; i < lengthCount; i++) {
      codeLengths[CODE_LENGTH_ORDER[i]] = (byte) (peek(stream, bit) & 7);
      bit += 3;
    }
    // Overwritten below, when the lengths are known.
    fill(distances, codeLengths, 0, codeLengths.length);
    byte[] lengths = new byte[literalCount + distanceCount];
    int at = 0;
    while (at < lengths.length) {
      bits = peek(stream, bit);
      int code = distances[(int) bits & ((1 << LONGEST) - 1)];
      int used = code & 0xf;
      int symbol = code >> 4;
      if (used == 0) {
        throw notDeflate();
      }
      int repeat = 1;
      byte value = (byte) symbol;
      switch (symbol) {
        case 16 -> {
          value = at == 0 ? 0 : lengths[at - 1];
          repeat = 3 + (int) ((bits >>> used) & 3);
          used += 2;
        }
        case 17 -> {
          value = 0;
          repeat = 3 + (int) ((bits >>> used) & 7);
          used += 3;
        }
        case 18 -> {
          value = 0;
          repeat = 11 + (int) ((bits >>> used) & 127);
          used += 7;
        }
        default -> {
          // A length as it is.
        }
      }
      if (at + repeat > lengths.length) {
        throw notDeflate();
      }
      Arrays.fill(lengths, at, at + repeat, value);
      at += repeat;
      bit += used;
    }
    fill(literals, lengths, 0, literalCount);
    fill(distances, lengths, literalCount, distanceCount);
    return bit;
  }

  /**
   * For every 15 bits that may come: symbol × 16 + the length of its code; 0 where there is none.
   */
  private static void fill(short[] table, byte[] lengths, int from, int count) {
    Arrays.fill(table, (short) 0);
    int[] shorter = new int[LONGEST + 2];
    for (int i = 0; i < count; i++) {
      if (lengths[from + i] > 0) {
        shorter[lengths[from + i] + 1]++;
      }
    }
    // Canonical codes: those of one length are numbers in a row (RFC 1951 §3.2.2).
    int[] first = new int[LONGEST + 1];
    int code = 0;
    for (int length = 1; length <= LONGEST; length++) {
      code = (code + shorter[length]) << 1;
      first[length] = code;
    }
    for (int symbol = 0; symbol < count; symbol++) {
      int length = lengths[from + symbol];
      if (length > 0) {
        int reversed = Integer.reverse(first[length]++) >>> (32 - length);
        for (int at = reversed; at < table.length; at += 1 << length) {
          table[at] = (short) ((symbol << 4) | length);
        }
      }
    }
  }

  private static long peek(byte[] stream, long bit) {
    return (long) LONG.get(stream, (int) (bit >>> 3)) >>> (bit & 7);
  }

  private static IllegalStateException notDeflate() {
    return new IllegalStateException("not a DEFLATE stream, though it has been inflated");
  }
}
