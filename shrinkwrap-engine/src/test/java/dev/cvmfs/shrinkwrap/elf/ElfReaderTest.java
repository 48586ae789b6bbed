package dev.cvmfs.shrinkwrap.elf;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cvmfs.shrinkwrap.tree.ByteString;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ElfReaderTest {

  @ParameterizedTest
  @CsvSource({"true, true, 62", "true, false, 22", "false, true, 3", "false, false, 20"})
  void program_ofEachClassAndByteOrder_isRead(boolean is64Bit, boolean isLittle, int machine)
      throws IOException, MalformedElfException {
    ByteOrder order = isLittle ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
    byte[] bytes =
        new ElfSample(is64Bit, order, machine)
            .interpreter("/lib/ld.so")
            .needs("libz.so.1", "libc.so.6")
            .rpath("$ORIGIN/../lib:/opt/lib")
            .bytes();

    ElfFile elf = read(bytes).orElseThrow();

    assertThat(elf.target()).isEqualTo(new ElfFile.Target(is64Bit, !isLittle, machine));
    assertThat(elf.interpreter()).map(ByteString::toString).contains("/lib/ld.so");
    assertThat(elf.needed()).map(ByteString::toString).containsExactly("libz.so.1", "libc.so.6");
    assertThat(elf.rpath()).map(ByteString::toString).contains("$ORIGIN/../lib:/opt/lib");
    assertThat(elf.runpath()).isEmpty();
  }

  @Test
  void library_withRunpathAndFilters_isRead() throws IOException, MalformedElfException {
    ElfSample sample = ElfSample.usual().runpath("/r").needs("libz.so.1");
    ElfFile elf = read(sample.entry(0x7fffffffL, 1).bytes()).orElseThrow();

    assertThat(elf.interpreter()).isEmpty();
    assertThat(elf.runpath()).map(ByteString::toString).contains("/r");
    assertThat(elf.needed()).map(ByteString::toString).containsExactly("libz.so.1", "/r");
  }

  @Test
  void program_withoutTable_needsNothing() throws IOException, MalformedElfException {
    ElfFile elf = read(ElfSample.usual().bytes()).orElseThrow();

    assertThat(elf.needed()).isEmpty();
    assertThat(elf.rpath()).isEmpty();
  }

  @Test
  void otherFile_isNone() throws IOException, MalformedElfException {
    assertThat(read(new byte[0])).isEmpty();
    assertThat(read("#!/bin/sh\n".repeat(10).getBytes(US_ASCII))).isEmpty();
  }

  @Test
  void damagedFile_isRefused_andSaysWhy() {
    byte[] bytes = ElfSample.usual().needs("libz.so.1").bytes();
    assertMalformed(Arrays.copyOf(bytes, 10), "ends within its header");
    assertMalformed(Arrays.copyOf(bytes, 100), "program headers would be");
    assertMalformed(Arrays.copyOf(bytes, bytes.length - 1), "would be");
    assertMalformed(with(bytes, 4, 3), "class or byte order");
    assertMalformed(with(bytes, 57, 0xff), "program headers of 56 bytes");
    assertMalformed(ElfSample.usual().entry(1, 1 << 30).bytes(), "outside of the file");
    assertMalformed(ElfSample.usual().entry(1, -5).bytes(), "outside of the file");
    assertMalformed(
        ElfSample.usual().entry(5, 77).needs("libz.so.1").bytes(), "no part that is loaded");
    ElfSample many = ElfSample.usual();
    for (int i = 0; i < 5000; i++) {
      many.needs("libz.so.1");
    }
    assertMalformed(many.bytes(), "more than 4096 libraries");
    assertMalformed(ElfSample.usual().needs("x".repeat(1 << 17)).bytes(), "has no end");
  }

  /** The Java that runs this test is an ELF file of a real compiler. */
  @Test
  void programThatRunsUs_isRead() throws IOException, MalformedElfException {
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    byte[] bytes = Files.readAllBytes(java);
    Assumptions.assumeTrue(bytes[0] == 0x7f, "programs are no ELF here");

    ElfFile elf = read(bytes).orElseThrow();

    assertThat(elf.interpreter()).isPresent();
    assertThat(elf.needed()).map(ByteString::toString).contains("libjli.so");
    assertThat(elf.rpath().or(elf::runpath))
        .map(ByteString::toString)
        .get()
        .asString()
        .contains("$ORIGIN");
  }

  private static void assertMalformed(byte[] bytes, String why) {
    assertThatThrownBy(() -> read(bytes))
        .isInstanceOf(MalformedElfException.class)
        .hasMessageContaining(why);
  }

  private static byte[] with(byte[] bytes, int at, int value) {
    byte[] changed = bytes.clone();
    changed[at] = (byte) value;
    return changed;
  }

  private static Optional<ElfFile> read(byte[] bytes) throws IOException, MalformedElfException {
    return ElfReader.read(new BytesContent(bytes));
  }
}
