package dev.cvmfs.injector.slice;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class KeyedRecordTest {
  private static byte[] record(String key, long position, String body) {
    return KeyedRecord.of(
        key.getBytes(StandardCharsets.ISO_8859_1), position, out -> out.writeBytes(body));
  }

  private static String show(byte[] record) {
    String key = new String(KeyedRecord.key(record), StandardCharsets.ISO_8859_1);
    String body = new String(KeyedRecord.body(record), StandardCharsets.US_ASCII);
    return "%s %d %s".formatted(key, KeyedRecord.position(record), body);
  }

  @Test
  void record_givesBackWhatItWasMadeOf() {
    byte[] record = record("a\0b", 1L << 40, "body\0");

    assertThat(show(record)).isEqualTo("a\0b %d body\0".formatted(1L << 40));
    assertThat(KeyedRecord.<Byte>body(record, in -> in.readByte())).isEqualTo((byte) 'b');
    assertThat(show(record("", 0, ""))).isEqualTo(" 0 ");
  }

  @Test
  void records_sortByKey_thenByPosition_whateverTheBody() {
    List<byte[]> sorted =
        List.of(
            record("a", 1, "z"),
            record("a", 2, ""),
            record("a", 300, "a"),
            record("a\0\001", 0, "z"),
            record("a\0b", 0, "a"),
            record("a-b", 0, "z"),
            record("aa", 0, ""),
            record("\u00ff", 0, ""));
    List<byte[]> records = new ArrayList<>(sorted);
    Collections.shuffle(records, new Random(1));
    records.sort(Arrays::compareUnsigned);

    assertThat(records)
        .extracting(KeyedRecordTest::show)
        .containsExactlyElementsOf(sorted.stream().map(KeyedRecordTest::show).toList());
  }
}
