package dev.cvmfs.injector.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cvmfs.conf.ConfFailure;
import dev.cvmfs.injector.inject.ProgressListener;
import dev.cvmfs.injector.inject.Report;
import dev.cvmfs.registry.Digest;
import dev.cvmfs.shrinkwrap.publisher.SampleRepository;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The commands that export and verify, as far as they are parsing and printing. */
class ExportCommandTest {
  private static final String FQRN = "tiny.example.org";

  @TempDir private Path folder;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private Path repository = Path.of("");
  private Path conf = Path.of("");
  private Path spec = Path.of("");
  private Path base = Path.of("");

  @BeforeEach
  void publish() throws IOException {
    repository = SampleRepository.TINY.copyInto(folder);
    publish("r1");
    conf =
        Files.writeString(
            folder.resolve("tiny.conf"),
            "CVMFS_SERVER_URL=%s\nCVMFS_PUBLIC_KEY=%s\nOCI_PASSWORD=secret\n"
                .formatted(repository.toUri(), SampleRepository.TINY.masterKey(repository)));
    // Nothing here needs root, or has a name that Java cannot spell.
    spec = Files.writeString(folder.resolve("tiny.spec"), "/bin/*\n/software/*\n");
    base = folder.resolve("export");
  }

  private void publish(String revision) throws IOException {
    Files.copy(
        repository.resolve(revision + ".cvmfspublished"),
        repository.resolve(".cvmfspublished"),
        StandardCopyOption.REPLACE_EXISTING);
  }

  @Test
  void export_twice_tellsWhatItDid_andThatThereIsNothingToDo() throws IOException {
    assertThat(run("export", FQRN, "--spec", spec.toString(), "--to", base.toString())).isZero();
    assertThat(out()).contains("tiny.example.org, revision 1: ").contains(" changes, ");
    out.reset();

    // Without a specification it is the one of last time.
    assertThat(run("export", FQRN, "--to", "dir:" + base)).isZero();

    assertThat(out()).contains("tiny.example.org, revision 1: up to date");
    assertThat(base.resolve(FQRN + "/bin/hello")).exists();
    assertThat(base.resolve(".provenance/" + FQRN + "/src.config"))
        .content()
        .contains("CVMFS_PUBLIC_KEY=")
        .doesNotContain("secret");
    assertThat(base.resolve(".provenance/" + FQRN + "/dest.info"))
        .hasContent(
            "repo : %s\nversion : 1.0\nbase : %s\ncache : %s/.data\nconfig : "
                .formatted(FQRN, base, base));
  }

  @Test
  void target_thatIsALinkToAFolder_isThatFolder() throws IOException {
    Path real = Files.createDirectories(folder.resolve("scratch/export"));
    Files.createSymbolicLink(base, real);

    assertThat(run("export", FQRN, "--spec", spec.toString(), "--to", base.toString()))
        .as("%s", err())
        .isZero();

    assertThat(real.resolve(FQRN + "/bin/hello")).exists();
    assertThat(run("export", FQRN, "--to", base.toString())).isZero();
    assertThat(run("verify", base.toString())).isZero();
  }

  @Test
  void target_thatIsAFile_isRefusedInWords() throws IOException {
    Files.writeString(base, "x");

    assertThat(run("export", FQRN, "--spec", spec.toString(), "--to", base.toString()))
        .isEqualTo(8);

    assertThat(err()).contains("there is already something else of this name: " + base);
  }

  @Test
  void export_notesTheProxies_withoutTheirPasswords() throws IOException {
    Files.writeString(
        conf, "CVMFS_HTTP_PROXY=http://me:geheim@squid:3128;DIRECT\n", StandardOpenOption.APPEND);

    assertThat(run("export", FQRN, "--spec", spec.toString(), "--to", base.toString())).isZero();

    assertThat(base.resolve(".provenance/" + FQRN + "/src.config"))
        .content()
        .contains("CVMFS_HTTP_PROXY=http://squid:3128;DIRECT\n")
        .doesNotContain("geheim");
  }

  @Test
  void compat_exportsWhatTheOriginalWould_andSoDoLaterRunsWithTheSameSpecification()
      throws IOException {
    Files.writeString(spec, "/bin/*\n/bin\n");
    run("export", FQRN, "--spec", spec.toString(), "--to", folder.resolve("ours").toString());

    run("export", FQRN, "--spec", spec.toString(), "--to", base.toString(), "--compat");

    assertThat(folder.resolve("ours/" + FQRN + "/bin/hello")).exists();
    assertThat(base.resolve(FQRN + "/bin")).isEmptyDirectory();
    assertThat(base.resolve(".provenance/" + FQRN + "/src.spec"))
        .hasContent("#!compat\n/bin/*\n/bin\n");
    out.reset();
    assertThat(run("export", FQRN, "--to", base.toString())).isZero();
    assertThat(out()).contains("up to date");
    assertThat(run("verify", base.toString())).isZero();
  }

  @Test
  void verify_ofDamagedExport_listsWhatIsWrong() throws IOException {
    run("export", FQRN, "--spec", spec.toString(), "--to", base.toString());
    Files.delete(base.resolve(FQRN + "/bin/hello"));
    out.reset();

    assertThat(run("verify", base.toString())).isEqualTo(9);

    assertThat(out()).contains("/tiny.example.org/bin/hello ", "  missing", " problems");
    assertThat(run("verify", base.toString(), "--repair")).isZero();
    out.reset();
    assertThat(run("verify", base.toString())).isZero();
    assertThat(out()).contains("all as they should be");
  }

  @Test
  void verify_ofSeveral_goesOnAfterAFailure_andTellsPrograms() throws IOException {
    run("export", FQRN, "--spec", spec.toString(), "--to", base.toString());
    Path other = Files.createDirectories(folder.resolve("mounted/other.example.org/bin"));
    Files.writeString(other.resolve("tool"), "x");
    List<String> arguments = new ArrayList<>(List.of("-r", "other.example.org", "-s", "posix"));
    arguments.addAll(List.of("-b", folder.resolve("mounted").toString()));
    arguments.addAll(List.of("-x", base.toString(), "-t", spec.toString()));
    assertThat(bare(arguments.toArray(String[]::new))).as("%s", err()).isZero();
    Files.writeString(conf, "OCI_SPECC=x\n", StandardOpenOption.APPEND);
    out.reset();

    assertThat(run("verify", base.toString(), "--json")).isEqualTo(2);

    assertThat(out())
        .contains("{\"fqrn\":\"other.example.org\",\"error\":\"", "\"exitCode\":2}")
        .contains("{\"fqrn\":\"tiny.example.org\",\"revision\":1,\"verified\":true,");
    assertThat(err()).containsOnlyOnce("OCI_SPECC");
    out.reset();

    assertThat(run("verify", folder.toString(), "--json")).isEqualTo(2);

    assertThat(out()).contains("{\"subject\":\"" + folder + "\",\"error\":\"nothing was exported");
  }

  @Test
  void verify_ofAnEarlierState_isThatStates_andTellsTheSpecification() throws IOException {
    run("export", FQRN, "--spec", spec.toString(), "--to", base.toString());
    publish("r2");
    out.reset();

    assertThat(run("verify", base.toString())).isZero();

    assertThat(out())
        .contains(FQRN + ", revision 1, specification " + Digest.sha256(Files.readAllBytes(spec)))
        .contains("all as they should be");
  }

  @Test
  void verify_ofAStateThatTheSignedOneDoesNotLeadTo_isRefused() throws IOException {
    publish("r2");
    run("export", FQRN, "--spec", spec.toString(), "--to", base.toString());
    publish("r1");
    // Which is older than what this cache has seen.
    Files.delete(folder.resolve("cache/cvmfschecksum." + FQRN));

    assertThat(run("verify", base.toString(), "--repair")).isEqualTo(5);

    assertThat(err()).contains("does not lead to the root catalog", "it may be forged");
  }

  @Test
  void storeInAnotherPlace_isFoundByVerify_andKeptByLaterExports() throws IOException {
    Path store = folder.resolve("store");
    assertThat(exportAsOriginal("-y", store.toString())).isZero();

    assertThat(run("verify", base.toString())).isZero();

    publish("r2");
    assertThat(run("export", FQRN, "--to", base.toString())).isZero();
    assertThat(run("verify", base.toString())).isZero();
    assertThat(base.resolve(".data")).doesNotExist();
    assertThat(base.resolve(".provenance/" + FQRN + "/dest.info"))
        .content()
        .contains("cache : " + store + "\n");
  }

  @Test
  void storeThatIsGone_isNotTakenForDamage() throws IOException {
    Path store = folder.resolve("store");
    exportAsOriginal("-y", store.toString());
    Files.move(store, folder.resolve("elsewhere"));

    assertThat(run("verify", base.toString(), "--repair")).isEqualTo(2);

    assertThat(err()).contains("with its store in " + store + ", but there is no such folder");
  }

  @Test
  void storeInAnotherPlaceThanLastTime_getsAllFiles() throws IOException {
    assertThat(exportAsOriginal("-y", folder.resolve("store").toString())).isZero();
    publish("r2");

    assertThat(exportAsOriginal("-y", base.resolve(".data").toString())).isZero();

    assertThat(run("verify", base.toString())).isZero();
  }

  private int exportAsOriginal(String... more) {
    List<String> arguments = new ArrayList<>(List.of("-r", FQRN, "-x", base.toString()));
    arguments.addAll(List.of("-f", conf.toString(), "-t", spec.toString()));
    arguments.addAll(List.of("-c", folder.resolve("cache").toString()));
    arguments.addAll(List.of(more));
    return bare(arguments.toArray(String[]::new));
  }

  @Test
  void export_withoutSpecification_asksForOne() {
    assertThat(run("export", FQRN, "--to", base.toString())).isEqualTo(2);

    assertThat(err()).contains("which part of tiny.example.org is to be exported?", "--spec FILE");
  }

  @Test
  void verify_whereNothingWasExported_saysSo() {
    assertThat(run("verify", folder.toString())).isEqualTo(2);

    assertThat(err()).contains("nothing was exported to " + folder);
  }

  @ParameterizedTest
  @ValueSource(strings = {"zip:out.zip", "x:y"})
  void target_ofUnknownKind_isRefused(String target) {
    assertThatThrownBy(() -> ExportTarget.parse(target))
        .isInstanceOf(ConfFailure.class)
        .hasMessageContaining(target)
        .hasMessageContaining("dir:FOLDER");
  }

  @Test
  void target_isAFolder_withOrWithoutItsKind() {
    assertThat(ExportTarget.parse("dir:a/b")).isEqualTo(new ExportTarget.Folder(Path.of("a/b")));
    assertThat(ExportTarget.parse("./a:b")).isEqualTo(new ExportTarget.Folder(Path.of("./a:b")));
    assertThat(ExportTarget.parse("export")).isEqualTo(new ExportTarget.Folder(Path.of("export")));
  }

  @Test
  void target_isATarArchive_inAFileOrOnStandardOutput() {
    assertThat(ExportTarget.parse("tar:a/b.tar.gz"))
        .isEqualTo(new ExportTarget.Tar(Optional.of(Path.of("a/b.tar.gz"))));
    assertThat(ExportTarget.parse("tar:-")).isEqualTo(new ExportTarget.Tar(Optional.empty()));
  }

  @Test
  void originalsOptions_withImpossibleTypes_areRefused() {
    assertThat(bare("-r", FQRN, "-d", "cvmfs")).isEqualTo(2);
    assertThat(err()).contains("the only destination is posix");
    assertThat(bare("-r", FQRN, "-s", "ftp")).isEqualTo(2);
    assertThat(err()).contains("the source is cvmfs or posix");
    assertThat(bare("-r", FQRN, "-z", "file")).isEqualTo(2);
    assertThat(err()).contains("nothing to configure");
  }

  private int run(String command, String... arguments) {
    String[] all = new String[arguments.length + 5];
    all[0] = command;
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    all[arguments.length + 1] = "-c";
    all[arguments.length + 2] = conf.toString();
    all[arguments.length + 3] = "--cache";
    all[arguments.length + 4] = folder.resolve("cache").toString();
    return bare(all);
  }

  private int bare(String... arguments) {
    Surroundings surroundings =
        new Surroundings(
            new PrintStream(out, true, UTF_8),
            new PrintStream(err, true, UTF_8),
            Map.of("HOME", folder.toString()),
            OptionalInt.empty(),
            () -> 0);
    return new Program(surroundings, ExportCommandTest::noImages).run(arguments);
  }

  private static Report noImages(String image, OciOptions options, ProgressListener listener) {
    throw new AssertionError("no image is worked on here");
  }

  private String out() {
    return out.toString(UTF_8);
  }

  private String err() {
    return err.toString(UTF_8);
  }
}
