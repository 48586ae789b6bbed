package dev.cvmfs.injector.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ArrayPoolTest {

  @Test
  void sizeFor_anything_isTheSmallestOfFiveSizesThatSuffices() {
    assertThat(ArrayPool.sizeFor(0)).isEqualTo((1 << 20) - 64);
    assertThat(ArrayPool.sizeFor(ArrayPool.LEAST)).isEqualTo(ArrayPool.LEAST);
    assertThat(ArrayPool.sizeFor(ArrayPool.LEAST + 1)).isEqualTo((2 << 20) - 64);
    assertThat(ArrayPool.sizeFor(5 << 20)).isEqualTo((8 << 20) - 64);
    assertThat(ArrayPool.sizeFor(ArrayPool.MOST)).isEqualTo((16 << 20) - 64);
    assertThatThrownBy(() -> ArrayPool.sizeFor(ArrayPool.MOST + 1L))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void take_afterGivingBack_isTheSameArray() {
    ArrayPool pool = new ArrayPool(4L << 20);
    byte[] first = pool.take(100);
    byte[] second = pool.take(100);
    assertThat(second).isNotSameAs(first);

    pool.giveBack(first);

    assertThat(pool.take(ArrayPool.LEAST)).isSameAs(first);
  }

  @Test
  void take_moreThanSpareArraysLeaveRoomFor_dropsThem() {
    ArrayPool pool = new ArrayPool(4L << 20);
    byte[] small = pool.take(1);
    pool.giveBack(small);

    byte[] large = pool.take(3 << 20);
    pool.giveBack(large);

    assertThat(pool.take(3 << 20)).isSameAs(large);
    assertThat(pool.take(1)).isNotSameAs(small);
  }

  @Test
  void take_withinTheBound_leavesSpareArraysAlone() {
    ArrayPool pool = new ArrayPool(6L << 20);
    byte[] small = pool.take(1);
    pool.giveBack(small);

    byte[] large = pool.take(3 << 20);

    assertThat(pool.take(1)).isSameAs(small);
    pool.giveBack(large);
    assertThat(pool.take(3 << 20)).isSameAs(large);
  }
}
