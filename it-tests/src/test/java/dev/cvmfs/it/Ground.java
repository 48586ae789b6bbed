package dev.cvmfs.it;

import dev.cvmfs.injector.cli.Program;
import dev.cvmfs.injector.cli.Surroundings;
import dev.cvmfs.shrinkwrap.publisher.RepositoryPublisher;
import dev.cvmfs.shrinkwrap.publisher.RepositoryServer;
import dev.cvmfs.shrinkwrap.publisher.SampleRepository;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * What tests of the whole program stand on: CVMFS repositories behind a web server, a registry, and
 * our program in a process of its own, with a home of its own.
 */
final class Ground<R extends RunningRegistry> implements AutoCloseable {
  private final Path folder;
  private final R registry;
  private final Skopeo skopeo;
  private final RepositoryServer cvmfs;
  private final Path everything;
  private final List<Path> folders = new ArrayList<>();
  private int images;

  private Ground(Path folder, R registry, Skopeo skopeo) throws IOException {
    this.folder = folder;
    this.registry = registry;
    this.skopeo = skopeo;
    this.cvmfs = RepositoryServer.start();
    this.everything = Files.writeString(folder.resolve("everything.spec"), "/*\n");
  }

  static Ground<DockerRegistry> withDockerRegistry(Path folder) throws IOException {
    return withDockerRegistry(folder, DockerRegistry.Options.PLAIN, Skopeo.anonymous());
  }

  static Ground<DockerRegistry> withDockerRegistry(Path folder, DockerRegistry.Options options)
      throws IOException {
    return withDockerRegistry(folder, options, Skopeo.anonymous());
  }

  /** With a registry that only these may use. */
  static Ground<DockerRegistry> withDockerRegistry(Path folder, String user, String password)
      throws IOException {
    return withDockerRegistry(
        folder,
        DockerRegistry.Options.PLAIN.withAccount(user, password),
        Skopeo.as(user, password));
  }

  private static Ground<DockerRegistry> withDockerRegistry(
      Path folder, DockerRegistry.Options options, Skopeo skopeo) throws IOException {
    Needs.root();
    Needs.parts(RealPart.DOCKER_REGISTRY, RealPart.SKOPEO, RealPart.UMOCI);
    return new Ground<>(folder, DockerRegistry.start(folder.resolve("registry"), options), skopeo);
  }

  static Ground<EmbeddedRegistry> withEmbeddedRegistry(Path folder) throws IOException {
    Needs.root();
    Needs.parts(RealPart.SKOPEO, RealPart.UMOCI);
    return new Ground<>(
        folder, EmbeddedRegistry.start(folder.resolve("registry")), Skopeo.anonymous());
  }

  R registry() {
    return registry;
  }

  RepositoryServer cvmfs() {
    return cvmfs;
  }

  /** A new folder. */
  Path newFolder(String name) throws IOException {
    Path made = Files.createTempDirectory(folder, name);
    folders.add(made);
    return made;
  }

  /** Serves a copy of a sample repository at one of its revisions; where the copy is. */
  Path serve(SampleRepository sample, String revision) throws IOException {
    Path copy = sample.copyInto(newFolder("repository"));
    cvmfs.serve(sample.fqrn(), copy, revision);
    return copy;
  }

  /** Settings for all of a repository, with a cache of their own. */
  Settings settings(String fqrn, Path masterKey) throws IOException {
    return new Settings(
        Map.of(
            "OCI_REGISTRY", registry.host(),
            "OCI_INSECURE", "yes",
            "OCI_CACHE", newFolder("cache").toString(),
            "OCI_SPEC", everything.toString(),
            "CVMFS_REPOSITORY_NAME", fqrn,
            "CVMFS_SERVER_URL", cvmfs.urlTemplate(),
            "CVMFS_PUBLIC_KEY", masterKey.toString(),
            // A server that is down for a test is down for good.
            "CVMFS_BACKOFF_INIT", "0",
            "CVMFS_BACKOFF_MAX", "0"));
  }

  Settings settings(SampleRepository sample, Path copy) throws IOException {
    return settings(sample.fqrn(), sample.masterKey(copy));
  }

  Settings settings(RepositoryPublisher publisher) throws IOException {
    return settings(publisher.fqrn(), publisher.masterKey());
  }

  /**
   * Pushes an image of one small file under a new name.
   *
   * @return {@code HOST/NAME:latest}
   */
  String pushSmallImage() throws IOException {
    String image = newImageName();
    pushSmallImage(image, "content of " + image);
    return image;
  }

  /** Pushes an image of one small file. */
  void pushSmallImage(String image, String content) throws IOException {
    Path work = newFolder("image");
    Umoci umoci = Umoci.create(work.resolve("layout"), "one");
    Path root = umoci.unpack("one", work.resolve("bundle"));
    Files.writeString(root.resolve("file"), content);
    umoci.repack("one", work.resolve("bundle"));
    push(work.resolve("layout"), "one", image);
  }

  /** Pushes an image that can run a shell, under a new name. */
  String pushBusybox() throws IOException {
    Needs.parts(RealPart.BUSYBOX);
    String image = newImageName();
    push(BusyboxImage.make(newFolder("busybox").resolve("image")), BusyboxImage.TAG, image);
    return image;
  }

  String newImageName() {
    images++;
    return registry.host() + "/test/image" + images + ":latest";
  }

  private void push(Path layout, String tag, String image) {
    if (registry instanceof EmbeddedRegistry) {
      skopeo.pushLayoutAsDocker(layout, tag, image);
    } else {
      skopeo.pushLayout(layout, tag, image);
    }
  }

  /** The digest of the manifest that a name stands for at present. */
  String digest(String image) {
    return skopeo.digest(image);
  }

  /** Pulls an image into a new OCI layout, where its tag is {@code pulled}. */
  Path pull(String image) throws IOException {
    Path layout = newFolder("pulled").resolve("layout");
    skopeo.pullLayout(image, layout, "pulled");
    return layout;
  }

  /** Pulls an image into an archive in the form of OCI. */
  Path pullArchive(String image) throws IOException {
    Path archive = newFolder("archive").resolve("image.tar");
    skopeo.copy("docker://" + image, "oci-archive:" + archive + ":pulled");
    return archive;
  }

  /** The root file system of an image, as umoci unpacks it. */
  Path unpack(String image) throws IOException {
    Path layout = pull(image);
    return Umoci.open(layout).unpack("pulled", layout.resolveSibling("bundle"));
  }

  /** Runs {@code oci} with these settings. */
  ProgramRun run(Settings settings, String... arguments) throws IOException {
    return runCommand("oci", settings, arguments);
  }

  /** Runs another command with these settings. */
  ProgramRun runCommand(String command, Settings settings, String... arguments) throws IOException {
    return ProgramRun.of(program().run(arguments(command, settings, arguments)));
  }

  /**
   * Runs a command with these settings in our own process, which takes a tenth of the time: for
   * tests of many runs.
   */
  ProgramRun runHere(String command, Settings settings, String... arguments) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Surroundings surroundings =
        new Surroundings(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            Map.of("HOME", home().toString()),
            OptionalInt.empty(),
            System::nanoTime);
    String[] all = arguments(command, settings, arguments);
    int exitCode = Program.execute(surroundings, all);
    return ProgramRun.of(
        new CommandResult(
            List.of(all),
            exitCode,
            out.toString(StandardCharsets.UTF_8),
            err.toString(StandardCharsets.UTF_8)));
  }

  /** Runs {@code oci} with these settings, and fails if it does. */
  ProgramRun runWell(Settings settings, String... arguments) throws IOException {
    return run(settings, arguments).orThrow();
  }

  /** Runs the program with nothing but these arguments. */
  ProgramRun runBare(String... arguments) throws IOException {
    return ProgramRun.of(program().run(arguments));
  }

  /** Starts {@code oci} with these settings. */
  RealProcess start(Settings settings, String... arguments) throws IOException {
    Path output = Files.createTempFile(folder, "output", ".txt");
    return program().start(output, arguments("oci", settings, arguments));
  }

  /** The folder that our program takes for its user's. */
  Path home() throws IOException {
    return Files.createDirectories(folder.resolve("home"));
  }

  /** The folder that our program takes for the machine's folder for temporary files. */
  Path machineFolder() throws IOException {
    return Files.createDirectories(folder.resolve("tmp"));
  }

  private CommandLine program() throws IOException {
    Path home = home();
    return CommandLine.program()
        .environment("CVMFS_SHRINKWRAP_JAVA_OPTS", "-Djava.io.tmpdir=" + machineFolder())
        // The archive is made in the background, and would be for each test anew.
        .environment("CVMFS_SHRINKWRAP_CDS", "no")
        .environment("HOME", home.toString())
        .environment("DOCKER_CONFIG", home.resolve(".docker").toString())
        .environment("XDG_CONFIG_HOME", home.resolve(".config").toString())
        .environment("XDG_CACHE_HOME", home.resolve(".cache").toString());
  }

  private String[] arguments(String command, Settings settings, String... arguments)
      throws IOException {
    List<String> all = new ArrayList<>(List.of(command.split(" ")));
    Collections.addAll(all, arguments);
    Collections.addAll(all, "-c", settings.writeInto(folder).toString(), "--json");
    return all.toArray(String[]::new);
  }

  /** Ends the servers and deletes all files, those too whose names Java cannot spell. */
  @Override
  public void close() {
    cvmfs.close();
    registry.close();
    folders.forEach(made -> Command.of("rm", "-rf", made.toString()).run().orThrow());
  }
}
