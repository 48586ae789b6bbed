package dev.cvmfs.injector.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.luben.zstd.ZstdInputStream;
import dev.cvmfs.injector.inject.ProgressListener;
import dev.cvmfs.injector.inject.Report;
import dev.cvmfs.registry.Digest;
import dev.cvmfs.shrinkwrap.publisher.SampleRepository;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Exports to single files: their names, when they are written, and when they are left alone. */
class ArchiveExportTest {
  private static final String TINY = SampleRepository.TINY.fqrn();
  private static final String SHAKE = SampleRepository.SHAKE.fqrn();
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path folder;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private Path tiny = Path.of("");
  private Path conf = Path.of("");
  private Path spec = Path.of("");
  private Path archive = Path.of("");

  @BeforeEach
  void publish() throws IOException {
    tiny = SampleRepository.TINY.copyInto(folder);
    Path shake = SampleRepository.SHAKE.copyInto(folder);
    show(tiny, "r1");
    show(shake, "r1");
    conf =
        Files.writeString(
            folder.resolve("both.conf"),
            "CVMFS_SERVER_URL=%s/@fqrn@\nCVMFS_PUBLIC_KEY=%s:%s\n"
                .formatted(
                    "file://" + folder,
                    SampleRepository.TINY.masterKey(tiny),
                    SampleRepository.SHAKE.masterKey(shake)));
    spec = Files.writeString(folder.resolve("wanted.spec"), "/bin/*\n/software/*\n");
    archive = Files.createDirectories(folder.resolve("archives")).resolve("tiny.tar");
  }

  private static void show(Path repository, String revision) throws IOException {
    Path manifest = repository.resolve(".cvmfspublished");
    Files.deleteIfExists(manifest);
    Files.copy(repository.resolve(revision + ".cvmfspublished"), manifest);
  }

  @Test
  void compressions_holdTheSameArchive() throws IOException {
    byte[] plain = Files.readAllBytes(export("plain.tar"));
    byte[] gzip;
    byte[] zstd;
    try (InputStream in = new GZIPInputStream(Files.newInputStream(export("small.tgz")))) {
      gzip = in.readAllBytes();
    }
    try (InputStream in = new ZstdInputStream(Files.newInputStream(export("small.tar.zst")))) {
      zstd = in.readAllBytes();
    }

    assertThat(gzip).isEqualTo(plain);
    assertThat(zstd).isEqualTo(plain);
    assertThat(Files.readAllBytes(export("other.name", "--compression", "zstd")))
        .isEqualTo(Files.readAllBytes(folder.resolve("archives/small.tar.zst")));
  }

  /** Also with the note's help: the second run needs no specification. */
  @Test
  void archive_upToDate_isNotTouched() throws IOException {
    assertThat(exportTiny("--spec", spec.toString()).path("result").asText()).isEqualTo("written");
    FileTime written = Files.getLastModifiedTime(archive);

    JsonNode second = exportTiny();

    assertThat(second.path("result").asText()).isEqualTo("unchanged");
    assertThat(second.path("size").asLong()).isEqualTo(Files.size(archive));
    assertThat(second.path("entries").asLong()).isPositive();
    assertThat(Files.getLastModifiedTime(archive)).isEqualTo(written);
    assertThat(exportTiny("--check").path("result").asText()).isEqualTo("written");
  }

  @Test
  void archive_whoseTimeAloneIsAnother_isRead_andNotTouched() throws IOException {
    exportTiny("--spec", spec.toString());
    FileTime other = FileTime.from(Instant.parse("2020-01-01T00:00:00Z"));
    Files.setLastModifiedTime(archive, other);

    assertThat(exportTiny().path("result").asText()).isEqualTo("unchanged");

    assertThat(Files.getLastModifiedTime(archive)).isEqualTo(other);
  }

  @Test
  void archive_damaged_isWrittenAgain() throws IOException {
    exportTiny("--spec", spec.toString());
    byte[] good = Files.readAllBytes(archive);
    byte[] bad = good.clone();
    bad[1000] ^= 1;
    Files.write(archive, bad);
    Files.setLastModifiedTime(archive, FileTime.from(Instant.parse("2020-01-01T00:00:00Z")));

    assertThat(exportTiny().path("result").asText()).isEqualTo("written");

    assertThat(archive).hasBinaryContent(good);
  }

  @Test
  void archive_withANoteThatIsNone_isWrittenAgain() throws IOException {
    exportTiny("--spec", spec.toString());
    Files.writeString(folder.resolve("archives/tiny.tar.provenance.json"), "{\"shape\": 1}");

    assertThat(exportTiny("--spec", spec.toString()).path("result").asText()).isEqualTo("written");
  }

  @Test
  void repositoryThatMovedOn_writesAnew_onlyIfThePartThatIsWantedHasChanged() throws IOException {
    Path same = Files.writeString(folder.resolve("same.spec"), "/bin/sgid\n");
    exportTiny("--spec", same.toString());
    show(tiny, "r2");

    JsonNode unchanged = exportTiny();

    assertThat(unchanged.path("result").asText()).isEqualTo("unchanged");
    assertThat(unchanged.path("repositories").path(0).path("revision").asLong()).isEqualTo(2);
    Path all = Files.writeString(folder.resolve("all.spec"), "/*\n!/special/*\n");
    assertThat(exportTiny("--spec", all.toString()).path("result").asText()).isEqualTo("written");
  }

  @Test
  void splitBy_givesEachDirectoryItsFile_andWritesOnlyThoseAnewThatHaveChanged()
      throws IOException {
    Path wanted = Files.writeString(folder.resolve("some.spec"), "/README\n/bin/*\n/dup/*\n");
    exportTiny("--spec", wanted.toString());
    List<String> whole = names(archive);

    assertThat(split("--spec", wanted.toString()))
        .containsExactly("tiny-bin.tar written", "tiny-dup.tar written", "tiny.tar written");

    Path bin = folder.resolve("archives/tiny-bin.tar");
    Path dup = folder.resolve("archives/tiny-dup.tar");
    assertThat(names(bin)).contains("cvmfs/" + TINY + "/bin/hello").doesNotContain(TINY + "/dup/a");
    assertThat(names(archive)).contains("cvmfs/" + TINY + "/README");
    Set<String> together = new TreeSet<>(names(bin));
    together.addAll(names(dup));
    together.addAll(names(archive));
    assertThat(together).containsExactlyInAnyOrderElementsOf(whole);
    show(tiny, "r2");
    // As with a single archive, without a specification it is that of last time.
    assertThat(split())
        .containsExactly("tiny-bin.tar written", "tiny-dup.tar unchanged", "tiny.tar written");
    assertThat(split())
        .containsExactly("tiny-bin.tar unchanged", "tiny-dup.tar unchanged", "tiny.tar unchanged");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/bin/hello/* | in revision 1 that is no directory",
        "bin          | it is a directory of the repository and a star",
        "/bin//x/*    | --split-by '/bin//x/*'",
      })
  void splitBy_whatIsNoDirectory_isRefused(String pattern, String why) {
    assertThat(
            run(
                "export",
                TINY,
                "--to",
                "tar:" + archive,
                "--spec",
                spec.toString(),
                "--split-by",
                pattern))
        .isEqualTo(2);

    assertThat(err()).contains(why);
    assertThat(archive).doesNotExist();
  }

  /** Exports split by the top directories; the names of the files with what became of them. */
  private List<String> split(String... options) throws IOException {
    out.reset();
    List<String> arguments =
        new ArrayList<>(
            List.of("export", TINY, "--to", "tar:" + archive, "--split-by", "/*", "--json"));
    arguments.addAll(List.of(options));
    assertThat(run(arguments.toArray(String[]::new))).as(err()).isZero();
    List<String> results = new ArrayList<>();
    for (String line : out.toString(UTF_8).lines().toList()) {
      JsonNode report = JSON.readTree(line);
      Path file = Path.of(report.path("target").asText());
      results.add(file.getFileName() + " " + report.path("result").asText());
    }
    return results;
  }

  @Test
  void otherOptions_writeAnew() throws IOException {
    exportTiny("--spec", spec.toString());

    assertThat(exportTiny("--prefix", "opt").path("result").asText()).isEqualTo("written");
    assertThat(exportTiny("--layout", "shrinkwrap").path("result").asText()).isEqualTo("written");
    assertThat(names(archive)).contains("cvmfs/.data/", "cvmfs/.data/.index");
  }

  @ParameterizedTest
  @CsvSource({
    "/,           '',          cvmfs/                 , cvmfs/tiny.example.org/bin/hello",
    "/cvmfs,      '',          tiny.example.org/      , tiny.example.org/bin/hello",
    "/cvmfs/tiny.example.org, '', ./                  , bin/hello",
    "/,           /opt/lab/,   opt/                   , opt/lab/cvmfs/tiny.example.org/bin/hello",
    "/cvmfs,      opt,         opt/                   , opt/tiny.example.org/bin/hello",
    "/cvmfs/tiny.example.org, lab, lab/               , lab/bin/hello"
  })
  void rootAndPrefix_giveNames(String root, String prefix, String first, String hello)
      throws IOException {
    exportTiny("--spec", spec.toString(), "--root", root, "--prefix", prefix);

    assertThat(names(archive)).startsWith(first).contains(hello).doesNotHaveDuplicates();
    // A file is there before what is a link to it.
    List<String> seen = new ArrayList<>();
    for (TarArchiveEntry entry : entries(archive)) {
      if (entry.isLink()) {
        assertThat(seen).contains(entry.getLinkName());
      }
      seen.add(entry.getName());
    }
  }

  @Test
  void severalRepositories_areInOneArchive_inTheOrderOfTheirNames() throws IOException {
    assertThat(
            run(
                "export",
                TINY,
                SHAKE,
                "--to",
                "tar:" + archive,
                "--spec",
                spec.toString(),
                "--json",
                "--no-sync"))
        .isZero();

    List<String> names = names(archive);
    assertThat(names).contains("cvmfs/" + TINY + "/", "cvmfs/" + SHAKE + "/");
    assertThat(names.indexOf("cvmfs/" + SHAKE + "/"))
        .isLessThan(names.indexOf("cvmfs/" + TINY + "/"));
    assertThat(json().path("repositories")).hasSize(2);
  }

  @Test
  void standardOutput_takesTheArchive_andNothingElse() throws IOException {
    byte[] plain = Files.readAllBytes(export("plain.tar"));
    out.reset();

    assertThat(run("export", TINY, "--to", "tar:-", "--spec", spec.toString())).isZero();

    assertThat(out.toByteArray()).isEqualTo(plain);
    assertThat(err()).contains("at revision 1", "-: ");
  }

  /** Whatever the configuration says of other specifications. */
  @ParameterizedTest
  @ValueSource(strings = {"wanted.spec", "specs"})
  void image_hasTheSpecificationOfTheCommandLine(String given) throws IOException {
    Path folders = Files.createDirectories(folder.resolve("specs"));
    Files.copy(spec, folders.resolve(TINY + ".spec"));
    Path others = Files.createDirectories(folder.resolve("others"));
    Path other = Files.writeString(others.resolve(TINY + ".spec"), "/README\n");
    Files.writeString(
        conf, "OCI_SPEC=%s\nOCI_SPEC_DIR=%s\n".formatted(other, others), StandardOpenOption.APPEND);

    int exitCode =
        run(
            "export",
            TINY,
            "--to",
            "oci:" + folder.resolve("images"),
            "--json",
            "--spec",
            folder.resolve(given).toString());

    assertThat(exitCode).as(err()).isZero();
    assertThat(json().at("/repositories/0/specification").asText())
        .isEqualTo(Digest.sha256(Files.readAllBytes(spec)).toString());
  }

  @Test
  void standardOutput_thatFails_isTold() {
    int exitCode =
        new Program(surroundings(BrokenOutput.withRoomFor(0)), ArchiveExportTest::noImages)
            .run(arguments("export", TINY, "--to", "tar:-", "--spec", spec.toString()));

    assertThat(exitCode).isEqualTo(8);
    assertThat(err()).contains("standard output: does not take all");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "-g                          | are for folders",
        "-j 3                        | are for folders",
        "--compat                    | write #!compat into the first line",
        "--root /opt                 | it is /, /cvmfs, or /cvmfs/REPOSITORY",
        "--root /cvmfs/x.example.org | /cvmfs/tiny.example.org is not in there",
        "--prefix a/../b             | it is a directory in the archive",
        "--layout shrinkwrap --prefix opt | it goes with neither --root nor --prefix",
      })
  void optionsThatMakeNoSense_areRefused(String options, String why) {
    List<String> all =
        new ArrayList<>(
            List.of("export", TINY, "--to", "tar:" + archive, "--spec", spec.toString()));
    all.addAll(List.of(options.strip().split(" ")));

    assertThat(run(all.toArray(String[]::new))).isEqualTo(2);

    assertThat(err()).contains(why);
    assertThat(archive).doesNotExist();
  }

  @Test
  void archivesOptions_withAFolder_areRefused() {
    assertThat(run("export", TINY, "--to", folder.resolve("x").toString(), "--prefix", "opt"))
        .isEqualTo(2);

    assertThat(err()).contains("is a folder, but there are options for archives");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--check", "--no-sync"})
  void filesOptions_withALayout_areRefused(String option) {
    String target = "oci:" + folder.resolve("x");

    assertThat(run("export", TINY, "--to", target, "--spec", spec.toString(), option)).isEqualTo(2);

    assertThat(err()).contains(option, "is an OCI layout");
    assertThat(folder.resolve("x")).doesNotExist();
  }

  @Test
  void jsonAndArchive_onStandardOutput_areRefused() {
    assertThat(run("export", TINY, "--to", "tar:-", "--json", "--spec", spec.toString()))
        .isEqualTo(2);

    assertThat(err()).contains("cannot both go to standard output");
    assertThat(out.toByteArray()).isEmpty();
  }

  @Test
  void placesThatTakeNoFile_areTold() throws IOException {
    Path missing = folder.resolve("missing/tiny.tar");
    assertThat(run("export", TINY, "--to", "tar:" + missing, "--spec", spec.toString()))
        .isEqualTo(8);
    assertThat(err()).contains("no such file or folder: " + folder.resolve("missing"));

    assertThat(run("export", TINY, "--to", "tar:" + folder, "--spec", spec.toString()))
        .isEqualTo(8);
    assertThat(err()).contains(folder + ": is no ordinary file");
  }

  @Test
  void symbolicLink_staysAndLeadsToTheNewArchive() throws IOException {
    Path real = folder.resolve("archives/real.tar");
    Files.writeString(real, "old");
    Files.createSymbolicLink(archive, real);

    exportTiny("--spec", spec.toString());

    assertThat(archive).isSymbolicLink();
    assertThat(Files.size(real)).isGreaterThan(1000);
  }

  @Test
  void failedExport_leavesNoPart() throws IOException {
    try (Stream<Path> objects = Files.walk(tiny.resolve("data"))) {
      for (Path object : objects.filter(ArchiveExportTest::isContent).toList()) {
        Files.delete(object);
      }
    }

    assertThat(run("export", TINY, "--to", "tar:" + archive, "--spec", spec.toString()))
        .isEqualTo(6);

    assertThat(err()).contains("the content of /cvmfs/tiny.example.org/");
    try (Stream<Path> files = Files.list(folder.resolve("archives"))) {
      assertThat(files).isEmpty();
    }
  }

  private static boolean isContent(Path object) {
    return String.valueOf(object.getFileName()).matches("[0-9a-f]{38}");
  }

  /** The tool is one that copies, so what it is given can be looked at. */
  @Test
  void squashfs_isMadeOfATarArchive_withoutWhatItCannotHold() throws IOException {
    tool(
        "sqfstar",
        """
        [ "$1" = -version ] && echo 'sqfstar version 4.6.1 (2023/03/25)' && exit
        for last; do :; done
        cat >"$last"
        """);
    Path file = folder.resolve("archives/tiny.squashfs");
    Path all = Files.writeString(folder.resolve("all.spec"), "/*\n!/special/*\n");

    assertThat(squashfs(file, all)).isZero();

    List<TarArchiveEntry> entries = entries(file);
    assertThat(entries)
        .allSatisfy(
            entry ->
                assertThat(entry.getLastModifiedTime().to(TimeUnit.NANOSECONDS) % 1_000_000_000)
                    .isZero())
        .allSatisfy(entry -> assertThat(entry.getLastModifiedTime().toMillis()).isNotNegative())
        .extracting(TarArchiveEntry::getName)
        .startsWith(TINY + "/")
        .contains(TINY + "/bin/hello");
    assertThat(squashfs(file, all)).isZero();
    assertThat(out.toString(UTF_8)).contains("up to date, and not touched");
  }

  @Test
  void squashfs_withoutATool_saysWhatToInstall() {
    assertThat(squashfs(archive, spec)).isEqualTo(2);

    assertThat(err())
        .contains("tar2sqfs or sqfstar, which is not on the PATH", "squashfs-tools-ng");
  }

  @Test
  void squashfs_byAToolThatIsTooOld_isRefused() throws IOException {
    tool("sqfstar", "echo 'sqfstar version 4.5.1 (2022/03/17)'");

    assertThat(squashfs(archive, spec)).isEqualTo(2);

    assertThat(err()).contains("'sqfstar version 4.5.1 (2022/03/17)', which is too old");
  }

  @ParameterizedTest
  @CsvSource({"cat >/dev/null; echo broken; exit 3", "echo broken >&2; exit 3"})
  void squashfs_byAToolThatFails_leavesTheFile_andTellsWhatItSaid(String script)
      throws IOException {
    Files.writeString(archive, "old");
    tool("tar2sqfs", script);

    assertThat(squashfs(archive, spec)).isEqualTo(8);

    assertThat(err()).contains("tar2sqfs ended with 3").contains("broken");
    assertThat(archive).hasContent("old");
    try (Stream<Path> files = Files.list(folder.resolve("archives"))) {
      assertThat(files).hasSize(1);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--layout shrinkwrap                  | has the flat layout",
        "--compression gzip                   | its compression is the tool's",
        "--squashfs-tool mksquashfs           | tar2sqfs and sqfstar are",
        "--squashfs-options [1]               | 1 is no text",
        "--squashfs-options [                 | no list of words",
        "--root /cvmfs/tiny.example.org       | does not give the top directory its attributes"
      })
  void squashfs_withOptionsThatMakeNoSense_isRefused(String options, String why)
      throws IOException {
    tool("sqfstar", "echo 'sqfstar version 4.6.1 (2023/03/25)'");

    assertThat(squashfs(archive, spec, options.strip().split(" "))).isEqualTo(2);

    assertThat(err()).contains(why);
  }

  private void tool(String name, String script) throws IOException {
    Path file = Files.createDirectories(folder.resolve("tools")).resolve(name);
    Files.writeString(file, "#!/bin/sh\n" + script + "\n");
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }

  private int squashfs(Path file, Path wanted, String... more) {
    List<String> all =
        new ArrayList<>(
            List.of("export", TINY, "--to", "squashfs:" + file, "--spec", wanted.toString()));
    all.addAll(List.of(more));
    all.add("--no-sync");
    return run(all.toArray(String[]::new));
  }

  private Path export(String name, String... more) {
    Path file = folder.resolve("archives").resolve(name);
    List<String> all =
        new ArrayList<>(
            List.of("export", TINY, "--to", "tar:" + file, "--spec", spec.toString(), "--no-sync"));
    all.addAll(List.of(more));
    assertThat(run(all.toArray(String[]::new))).as(err()).isZero();
    return file;
  }

  private JsonNode exportTiny(String... more) throws IOException {
    List<String> all =
        new ArrayList<>(List.of("export", TINY, "--to", "tar:" + archive, "--json", "--no-sync"));
    all.addAll(List.of(more));
    out.reset();
    assertThat(run(all.toArray(String[]::new))).as(err()).isZero();
    return json();
  }

  private JsonNode json() throws IOException {
    return JSON.readTree(out.toString(UTF_8));
  }

  private static List<String> names(Path archive) throws IOException {
    return entries(archive).stream().map(TarArchiveEntry::getName).toList();
  }

  private static List<TarArchiveEntry> entries(Path archive) throws IOException {
    List<TarArchiveEntry> entries = new ArrayList<>();
    try (TarArchiveInputStream in = new TarArchiveInputStream(Files.newInputStream(archive))) {
      for (TarArchiveEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        entries.add(entry);
      }
    }
    return entries;
  }

  private int run(String... arguments) {
    return new Program(surroundings(new PrintStream(out, true, UTF_8)), ArchiveExportTest::noImages)
        .run(arguments(arguments));
  }

  private String[] arguments(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("-c", conf.toString(), "--cache", folder.resolve("cache").toString()));
    return all.toArray(String[]::new);
  }

  private Surroundings surroundings(PrintStream stdout) {
    return new Surroundings(
        stdout,
        new PrintStream(err, true, UTF_8),
        Map.of("HOME", folder.toString(), "PATH", folder.resolve("tools").toString()),
        OptionalInt.empty(),
        () -> 0);
  }

  private static Report noImages(String image, OciOptions options, ProgressListener listener) {
    throw new AssertionError("no image is worked on here");
  }

  private String err() {
    return err.toString(UTF_8);
  }
}
