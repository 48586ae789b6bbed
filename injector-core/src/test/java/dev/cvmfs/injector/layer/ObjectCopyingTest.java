package dev.cvmfs.injector.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cvmfs.shrinkwrap.object.Compression;
import dev.cvmfs.shrinkwrap.object.ContentHasher;
import dev.cvmfs.shrinkwrap.object.HashAlgorithm;
import dev.cvmfs.shrinkwrap.object.ObjectKind;
import dev.cvmfs.shrinkwrap.object.ObjectRef;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every way to turn an object into a member: the same members come out, the same is refused. */
class ObjectCopyingTest {
  private final MemoryStore store = new MemoryStore();
  private final Random random = new Random(5);

  /** What has come out of a copy. */
  @SuppressWarnings("ArrayRecordComponent") // Compared by content, one by one.
  private record Copied(byte[] member, byte[] plain, StoredMember stored) {}

  private interface Copying {
    Copied copy(InputStream stored, ObjectRef object) throws IOException, ObjectMismatchException;

    Copied copyMember(InputStream member, StoredMember known, ObjectRef object)
        throws IOException, ObjectMismatchException;
  }

  private record Streamed() implements Copying {

    private interface Copy {
      StoredMember with(ObjectCopier copier, ObjectCopier.Sink member, ObjectCopier.Sink plain)
          throws IOException, ObjectMismatchException;
    }

    @Override
    public Copied copy(InputStream stored, ObjectRef object)
        throws IOException, ObjectMismatchException {
      return run((copier, member, plain) -> copier.copy(stored, object, member, plain));
    }

    @Override
    public Copied copyMember(InputStream bytes, StoredMember known, ObjectRef object)
        throws IOException, ObjectMismatchException {
      return run((copier, member, plain) -> copier.copyMember(bytes, known, object, member, plain));
    }

    private static Copied run(Copy copy) throws IOException, ObjectMismatchException {
      ByteArrayOutputStream member = new ByteArrayOutputStream();
      ByteArrayOutputStream plain = new ByteArrayOutputStream();
      try (ObjectCopier copier = new ObjectCopier()) {
        StoredMember stored = copy.with(copier, member::write, plain::write);
        return new Copied(member.toByteArray(), plain.toByteArray(), stored);
      }
    }
  }

  private record InMemory(Inflation inflation) implements Copying {
    private static final byte[] BEFORE = {1, 2, 3};

    private interface MemoryCopy {
      ProvenObject with(MemoryCopier copier) throws IOException, ObjectMismatchException;
    }

    @Override
    public Copied copy(InputStream stored, ObjectRef object)
        throws IOException, ObjectMismatchException {
      return run(copier -> copier.copy(stored, object).orElseThrow());
    }

    @Override
    public Copied copyMember(InputStream member, StoredMember known, ObjectRef object)
        throws IOException, ObjectMismatchException {
      return run(copier -> copier.copyMember(member, known, object).orElseThrow());
    }

    /** Behind another object in the same memory, which somebody else has used before. */
    private Copied run(MemoryCopy copy) throws IOException, ObjectMismatchException {
      ArrayPool pool = new ArrayPool(1 << 22);
      for (byte[] used : List.of(pool.take(1), pool.take(1))) {
        Arrays.fill(used, (byte) 0xa5);
        pool.giveBack(used);
      }
      MemoryStore other = new MemoryStore();
      ObjectRef first = other.add(BEFORE, HashAlgorithm.SHA1, Compression.ZLIB, 6);
      try (Arena arena = new Arena(pool);
          WholeInflater inflater = inflation.open()) {
        MemoryCopier copier = new MemoryCopier(inflater, arena);
        ProvenObject before = copier.copy(other.open(first), first).orElseThrow();
        Copied copied = written(copy.with(copier));
        assertThat(written(before).plain()).isEqualTo(BEFORE);
        return copied;
      }
    }

    private static Copied written(ProvenObject object) throws IOException {
      ByteArrayOutputStream member = new ByteArrayOutputStream();
      ByteArrayOutputStream plain = new ByteArrayOutputStream();
      StoredMember stored =
          object.writeTo(
              new MemberSink() {
                @Override
                public void blob(byte[] bytes, int from, int length) {
                  member.write(bytes, from, length);
                }

                @Override
                public void plain(byte[] bytes, int from, int length) {
                  plain.write(bytes, from, length);
                }
              });
      return new Copied(member.toByteArray(), plain.toByteArray(), stored);
    }
  }

  /** libdeflate is among them where Java and the machine have it. */
  static Stream<Copying> ways() {
    List<String> problems = new ArrayList<>();
    Inflation libdeflate = Inflation.of(true, problems::add);
    Stream<Copying> always = Stream.of(new Streamed(), new InMemory(Inflation.ZLIB));
    return problems.isEmpty() ? Stream.concat(always, Stream.of(new InMemory(libdeflate))) : always;
  }

  @ParameterizedTest
  @MethodSource("ways")
  void copy_objectsOfAllKinds_areMembersWithTheirContent(Copying way) throws Exception {
    for (ObjectRef object : objects()) {
      Copied copied = way.copy(store.open(object), object);

      try (InputStream unzipped = new GZIPInputStream(new ByteArrayInputStream(copied.member()))) {
        assertThat(copied.plain()).isEqualTo(unzipped.readAllBytes());
      }
      assertThat(copied.plain()).hasSize((int) object.size());
      assertThat(copied.stored().length()).isEqualTo(copied.member().length);
      Copied reference = new Streamed().copy(store.open(object), object);
      assertThat(copied.member()).isEqualTo(reference.member());
      assertThat(copied.stored()).isEqualTo(reference.stored());
    }
  }

  @ParameterizedTest
  @MethodSource("ways")
  void copyMember_ofTheseMembers_givesThemAgain(Copying way) throws Exception {
    for (ObjectRef object : objects()) {
      Copied copied = new Streamed().copy(store.open(object), object);

      Copied again =
          way.copyMember(new ByteArrayInputStream(copied.member()), copied.stored(), object);

      assertThat(again.member()).isEqualTo(copied.member());
      assertThat(again.plain()).isEqualTo(copied.plain());
      assertThat(again.stored()).isEqualTo(copied.stored());
    }
  }

  @ParameterizedTest
  @MethodSource("ways")
  void copy_spoiltObjects_areRefused(Copying way) throws IOException {
    for (ObjectRef object : objects()) {
      for (byte[] spoilt : spoilt(store.stored(object))) {
        assertThatThrownBy(() -> way.copy(new ByteArrayInputStream(spoilt), object))
            .isInstanceOf(ObjectMismatchException.class)
            .hasMessageContaining(object.hash().toString());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("ways")
  void copyMember_spoiltMembers_areRefused(Copying way) throws Exception {
    for (ObjectRef object : objects()) {
      Copied copied = new Streamed().copy(store.open(object), object);
      for (byte[] spoilt : spoilt(copied.member())) {
        try {
          Copied again = way.copyMember(new ByteArrayInputStream(spoilt), copied.stored(), object);
          // What is not compressed is framed anew, whatever was wrong with its frame.
          assertThat(object.compression()).isEqualTo(Compression.NONE);
          assertThat(again.member()).isEqualTo(copied.member());
        } catch (ObjectMismatchException e) {
          assertThat(e).hasMessageContaining(object.hash().toString());
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("ways")
  void copy_anotherSizeThanTheCatalogSays_isRefused(Copying way) throws IOException {
    ObjectRef object = store.add(bytes(1000), HashAlgorithm.SHA1, Compression.ZLIB, 6);
    for (long size : new long[] {0, 1, 999, 1001, 100_000}) {
      ObjectRef other = new ObjectRef(object.hash(), ObjectKind.DATA, Compression.ZLIB, size);
      assertThatThrownBy(() -> way.copy(store.open(object), other))
          .isInstanceOf(ObjectMismatchException.class)
          .hasMessageContaining("it inflates to");
    }
  }

  @ParameterizedTest
  @MethodSource("ways")
  void copy_signedObjectThatIsNoGoodZlibStream_isRefused(Copying way) throws IOException {
    ObjectRef object = store.add(bytes(1000), HashAlgorithm.SHA1, Compression.ZLIB, 6);
    byte[] stored = store.stored(object);
    byte[] noZlib = stored.clone();
    noZlib[0] = 0x79;
    assertRefused(way, noZlib, "it is not a zlib stream");
    byte[] wrongChecksum = stored.clone();
    wrongChecksum[stored.length - 1]++;
    assertRefused(way, wrongChecksum, "it does not end with its checksum");
    assertRefused(way, Arrays.copyOf(stored, stored.length + 1), "its length is wrong");
    assertRefused(way, new byte[] {0x78}, "it ends early");
  }

  private static void assertRefused(Copying way, byte[] stored, String why) {
    ContentHasher hasher = HashAlgorithm.SHA1.hasher();
    hasher.update(stored, 0, stored.length);
    ObjectRef object = new ObjectRef(hasher.finish(), ObjectKind.DATA, Compression.ZLIB, 1000);
    assertThatThrownBy(() -> way.copy(new ByteArrayInputStream(stored), object))
        .isInstanceOf(ObjectMismatchException.class)
        .hasMessageContaining(why);
  }

  @Test
  void copy_inMemoryMoreThanFits_isLeftToOthers() throws Exception {
    byte[] bytes = new byte[ArrayPool.MOST - 10];
    ObjectRef object = store.add(bytes, HashAlgorithm.SHA1, Compression.NONE, 0);
    try (Arena arena = new Arena(new ArrayPool(0));
        WholeInflater inflater = Inflation.ZLIB.open()) {
      MemoryCopier copier = new MemoryCopier(inflater, arena);

      assertThat(copier.copy(store.open(object), object)).isEmpty();
    }
  }

  @Test
  void inflation_libdeflate_isThereOrSaysWhyNot() {
    List<String> problems = new ArrayList<>();

    Inflation.of(true, problems::add);

    if (Runtime.version().feature() < 22) {
      assertThat(problems).singleElement().asString().contains("Java 22").contains("zlib");
    } else if (!problems.isEmpty()) {
      assertThat(problems).singleElement().asString().contains(Libdeflate.LIBRARY);
    }
  }

  private List<ObjectRef> objects() throws IOException {
    List<ObjectRef> objects = new ArrayList<>();
    for (int size : new int[] {0, 1, 5_000, 0xffff, 0x10000, 300_000}) {
      objects.add(store.add(bytes(size), HashAlgorithm.SHA1, Compression.ZLIB, 6));
      objects.add(
          store.add(new byte[size], HashAlgorithm.SHAKE128, Compression.ZLIB, Deflater.BEST_SPEED));
      objects.add(store.add(text(size), HashAlgorithm.RIPEMD160, Compression.ZLIB, 9));
      objects.add(store.add(text(size), HashAlgorithm.SHA1, Compression.NONE, 0));
    }
    return objects;
  }

  private byte[] bytes(int size) {
    byte[] bytes = new byte[size];
    random.nextBytes(bytes);
    return bytes;
  }

  private byte[] text(int size) {
    byte[] text = new byte[size];
    for (int i = 0; i < size; i++) {
      text[i] = (byte) ("etaoin shrdlu\n".charAt(random.nextInt(14)) + i % 3);
    }
    return text;
  }

  private List<byte[]> spoilt(byte[] sound) {
    List<byte[]> spoilt = new ArrayList<>();
    spoilt.add(Arrays.copyOf(sound, sound.length + 1));
    if (sound.length > 0) {
      spoilt.add(Arrays.copyOf(sound, sound.length - 1));
      spoilt.add(Arrays.copyOf(sound, random.nextInt(sound.length)));
      for (int i = 0; i < 5; i++) {
        byte[] flipped = sound.clone();
        flipped[random.nextInt(sound.length)] ^= (byte) (1 << random.nextInt(8));
        spoilt.add(flipped);
      }
    }
    return spoilt;
  }
}
