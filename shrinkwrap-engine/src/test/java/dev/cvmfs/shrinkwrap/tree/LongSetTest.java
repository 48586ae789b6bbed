package dev.cvmfs.shrinkwrap.tree;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LongSetTest {
  @Test
  void numbers_areInItOnce_zeroIncluded() {
    LongSet numbers = new LongSet();
    Set<Long> expected = new HashSet<>();
    Random random = new Random(1);
    for (int i = 0; i < 20_000; i++) {
      long number = random.nextBoolean() ? random.nextInt(1_000) : random.nextLong();
      assertThat(numbers.contains(number)).isEqualTo(expected.contains(number));
      assertThat(numbers.add(number)).isEqualTo(expected.add(number));
    }
    assertThat(numbers.size()).isEqualTo(expected.size());
    assertThat(numbers.contains(0)).isTrue();
    assertThat(expected).allMatch(numbers::contains);
  }
}
