package dev.cvmfs.it.demo;

import static dev.cvmfs.it.demo.DemoFailure.unless;

import dev.cvmfs.injector.inject.Amounts;
import dev.cvmfs.it.CommandLine;
import dev.cvmfs.it.CommandResult;
import dev.cvmfs.it.demo.ImageView.Layer;
import dev.cvmfs.registry.ImageName;
import dev.cvmfs.registry.ImageStore;
import dev.cvmfs.registry.RegistryOptions;
import dev.cvmfs.registry.remote.RegistryClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The demo's story: an image without CVMFS content gets some, is refreshed when the repository
 * moves on, and is left alone when nothing has changed or the repository cannot be trusted. Every
 * claim is checked on the way.
 */
final class Demo {
  private static final String REPOSITORY = "lab/analysis";
  private static final String TAG = "v1";

  private final Narrator narrator;
  private final Path project;
  private final CommandLine program;
  private final Path folder;
  private final DemoRegistry registry;
  private final DemoRepository cvmfs;
  private final ImageStore store;
  private final Containers containers;
  private final boolean canRun;
  private final List<Cost> costs = new ArrayList<>();

  private Demo(
      Narrator narrator,
      Path project,
      Path folder,
      DemoRegistry registry,
      DemoRepository cvmfs,
      ImageStore store,
      Containers containers) {
    this.narrator = narrator;
    this.project = project;
    // Its archive of classes goes there and not into the user's home.
    String cache = project.resolve("target/cache").toString();
    this.program = CommandLine.launcher(project).in(project).environment("XDG_CACHE_HOME", cache);
    this.folder = folder;
    this.registry = registry;
    this.cvmfs = cvmfs;
    this.store = store;
    this.containers = containers;
    this.canRun = containers.canRun(imageName());
  }

  /**
   * Runs the demo.
   *
   * @param folder an empty folder inside the project, for everything that is made
   * @throws DemoFailure if something is not as the demo says
   */
  static void run(Narrator narrator, Path project, Path folder) throws IOException {
    try (DemoRegistry registry = DemoRegistry.start(folder.resolve("registry"));
        DemoRepository cvmfs = DemoRepository.start(folder.resolve("repository"));
        ImageStore store = connect(registry);
        Containers containers = Containers.ofThisMachine()) {
      VanillaImage.push(store, TAG);
      new Demo(narrator, project, folder, registry, cvmfs, store, containers).tell();
    }
  }

  private static ImageStore connect(DemoRegistry registry) {
    return RegistryClient.connect(
        ImageName.ofTag(registry.host(), REPOSITORY, TAG),
        RegistryOptions.builder(Map.of()).insecureHost("http://" + registry.host()).build());
  }

  private void tell() throws IOException {
    introduce();
    ImageView vanilla = showVanillaImage();
    showConfiguration();
    ImageView injected = inject(vanilla);
    ImageView refreshed = refresh(injected);
    runAgain(refreshed);
    refuseForgery(refreshed);
    sumUp();
  }

  private void introduce() throws IOException {
    narrator.say(
        "CernVM-FS (CVMFS) is a read-only file system with which laboratories hand out their"
            + " software: everything is published once, signed, served by plain web servers, and"
            + " fetched file by file by those who use it. Where it cannot be mounted, people copy"
            + " the software into container images, and from then on it is out of date.");
    narrator.blank();
    narrator.say(
        "cvmfs_shrinkwrap keeps such copies fresh: it gives a published image one more layer with"
            + " the files you ask for, and replaces that layer when they change. It needs neither"
            + " root nor a container engine nor CVMFS, and never downloads the rest of the image.");
    narrator.blank();
    narrator.say("All of this is real and on this machine alone:");
    narrator.fact("a container registry     " + registry.host());
    narrator.fact(
        "a CVMFS repository       " + cvmfs.urlTemplate().replace("@fqrn@", DemoRepository.NAME));
    if (canRun) {
      narrator.fact("podman                   to run the image");
    }
    Files.copy(
        cvmfs.masterKey(),
        folder.resolve(DemoRepository.NAME + ".pub"),
        StandardCopyOption.REPLACE_EXISTING);
  }

  private ImageView showVanillaImage() throws IOException {
    narrator.heading("1. An ordinary image");
    narrator.say("Somebody has built and published this image. It knows nothing of CVMFS.");
    ImageView image = show();
    unless(image.layers().size() == 1, "the image has one layer");
    unless(image.file(inImage(DemoRepository.PROGRAM)).isEmpty(), "no CVMFS file in the image");
    return image;
  }

  private void showConfiguration() throws IOException {
    narrator.heading("2. What we want in it");
    narrator.say(
        "A configuration says which repository, where its servers are and which key has to vouch"
            + " for it. The names are those of CVMFS's own configuration.");
    file(
        "demo.conf",
        """
        OCI_REGISTRY=%s
        OCI_INSECURE=yes
        OCI_SPEC=demo.spec
        OCI_CACHE=cache
        CVMFS_REPOSITORIES=%s
        CVMFS_SERVER_URL=%s
        CVMFS_PUBLIC_KEY=%s.pub
        """
            .formatted(
                registry.host(), DemoRepository.NAME, cvmfs.urlTemplate(), DemoRepository.NAME));
    narrator.blank();
    narrator.say(
        "A specification says which part of the repository: here the current release without its"
            + " manual. The old release, 3 MB, is left where it is.");
    file(
        "demo.spec",
        "/software/*\n!%s\n".formatted(DemoRepository.UNWANTED.replaceAll("/[^/]*$", "")));
  }

  private void file(String name, String content) throws IOException {
    Files.writeString(folder.resolve(name), content);
    narrator.command(List.of("cat", shown(name)));
    narrator.output(content);
  }

  private ImageView inject(ImageView vanilla) throws IOException {
    narrator.heading("3. Inject");
    narrator.say(
        "One command gives the image its CVMFS layer. It checks the repository's signatures from"
            + " the master key down to every single file.");
    program("inject", 0);
    ImageView image = show();
    unless(image.layers().size() == 2, "the image has two layers");
    unless(same(image.layers().get(0), vanilla.layers().get(0)), "the first layer is untouched");
    unless(image.labels().containsKey("cvmfs_injection_tar"), "a label names the CVMFS layer");
    unless(image.labels().keySet().containsAll(vanilla.labels().keySet()), "other labels are kept");
    unless(image.file(inImage(DemoRepository.UNWANTED)).isEmpty(), "no manual in the image");
    showProgram(image, 1);
    return image;
  }

  private ImageView refresh(ImageView before) throws IOException {
    narrator.heading("4. The repository moves on: refresh");
    narrator.say(
        "The laboratory publishes revision 2: one file has changed, one is new, one is gone. The"
            + " same command brings the image up to date. What has not changed is taken from the"
            + " local cache or from the image's old layer, and is not compressed again.");
    cvmfs.publishSecond();
    program("refresh", 0);
    ImageView image = show();
    unless(image.layers().size() == 2, "the layer was replaced, not added");
    unless(same(image.layers().get(0), before.layers().get(0)), "the first layer is untouched");
    unless(!same(image.layers().get(1), before.layers().get(1)), "the CVMFS layer is new");
    unless(image.file(inImage(DemoRepository.ADDED)).isPresent(), "the new file is there");
    unless(image.file(inImage(DemoRepository.REMOVED)).isEmpty(), "the old file is gone");
    showProgram(image, 2);
    return image;
  }

  private void runAgain(ImageView before) throws IOException {
    narrator.heading("5. Nothing has changed: nothing is done");
    narrator.say("Run every night, this is what happens on most nights.");
    Cost cost = program("run again", 0);
    unless(cost.registry().writes() == 0, "nothing was written to the registry");
    unless(ImageView.read(store, TAG).equals(before), "the image is the same, bit by bit");
  }

  private void refuseForgery(ImageView before) throws IOException {
    narrator.heading("6. Somebody forges the repository: refused");
    narrator.say(
        "Now the web server shows a revision that somebody without the laboratory's key has made."
            + " Nothing of it gets into the image, and the exit code tells scripts why.");
    cvmfs.tamper();
    Cost cost = program("refuse a forgery", 5);
    unless(cost.registry().writes() == 0, "nothing was written to the registry");
    unless(ImageView.read(store, TAG).equals(before), "the image is the same, bit by bit");
  }

  private void sumUp() {
    narrator.heading("What it took, as the two servers counted it");
    narrator.fact(Cost.HEADINGS);
    costs.forEach(cost -> narrator.fact(cost.line()));
    narrator.blank();
    narrator.say("Everything was as it should be. Servers and files of the demo are gone.");
  }

  /** Runs the launcher as a user would, and shows command and output. */
  private Cost program(String run, int expectedExitCode) {
    String[] arguments = {"oci", REPOSITORY + ":" + TAG, "-c", shown("demo.conf")};
    List<String> command = new ArrayList<>(List.of("bin/cvmfs_shrinkwrap"));
    command.addAll(List.of(arguments));
    narrator.command(command);
    cvmfs.takeRequests();
    registry.takeTraffic();
    long start = System.nanoTime();
    CommandResult result = program.run(arguments);
    double seconds = (System.nanoTime() - start) / 1e9;
    narrator.output(result.stdout() + result.stderr());
    if (expectedExitCode != 0) {
      narrator.output("(exit code %d)".formatted(result.exitCode()));
    }
    unless(
        result.exitCode() == expectedExitCode,
        "the exit code is %d; it is %d".formatted(expectedExitCode, result.exitCode()));
    Cost cost = new Cost(run, cvmfs.takeRequests(), registry.takeTraffic(), seconds);
    costs.add(cost);
    return cost;
  }

  private ImageView show() throws IOException {
    ImageView image = ImageView.read(store, TAG);
    narrator.blank();
    narrator.fact(imageName());
    narrator.fact("  manifest  " + shortened(image.digest().toString()));
    for (Layer layer : image.layers()) {
      String digest = shortened(layer.digest().toString());
      narrator.fact("  layer     %s, %s".formatted(digest, Amounts.bytes(layer.size())));
      narrator.fact("            " + shortened(layer.story()));
    }
    image
        .labels()
        .forEach((name, value) -> narrator.fact("  label     " + name + "=" + shortened(value)));
    return image;
  }

  private static String shortened(String text) {
    return text.replaceAll("([0-9a-f]{12})[0-9a-f]{20,}", "$1…");
  }

  private void showProgram(ImageView image, int revision) {
    String path = inImage(DemoRepository.PROGRAM);
    narrator.blank();
    narrator.say("A file of the image, read out of the layer in the registry:");
    String content = image.file(path).orElse("");
    narrator.command(List.of("cat", path));
    narrator.output(content);
    String greeting = DemoRepository.greeting(revision);
    unless(content.contains(greeting), "the file says '" + greeting + "'");
    if (canRun) {
      narrator.blank();
      narrator.say("And this machine has podman, so the image can be run:");
      narrator.command(List.of("podman", "run", imageName(), path));
      String printed = containers.run(imageName(), path);
      narrator.output(printed);
      unless(printed.equals(greeting + "\n"), "the container prints '" + greeting + "'");
    }
  }

  private String imageName() {
    return "%s/%s:%s".formatted(registry.host(), REPOSITORY, TAG);
  }

  private static boolean same(Layer one, Layer other) {
    return one.digest().equals(other.digest()) && one.story().equals(other.story());
  }

  private static String inImage(String path) {
    return "/cvmfs/" + DemoRepository.NAME + path;
  }

  /** A file of the demo's folder, as seen from the project. */
  private String shown(String name) {
    return project.relativize(folder.resolve(name)).toString();
  }
}
