package dev.cvmfs.shrinkwrap.closure;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cvmfs.shrinkwrap.elf.ElfSample;
import dev.cvmfs.shrinkwrap.publisher.Node;
import dev.cvmfs.shrinkwrap.publisher.Tree;
import dev.cvmfs.shrinkwrap.survey.PublishedRepository;
import dev.cvmfs.shrinkwrap.trace.Policy;
import dev.cvmfs.shrinkwrap.trace.SpecBuilder;
import dev.cvmfs.shrinkwrap.trace.Traces;
import dev.cvmfs.shrinkwrap.tree.ByteString;
import dev.cvmfs.shrinkwrap.tree.TreePath;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Programs, scripts and Python modules in small repositories, and what they need. */
class ClosureTest {
  private static final String ROOT = "/cvmfs/" + PublishedRepository.FQRN;

  @TempDir Path temporary;

  private final Tree tree = new Tree();

  @Test
  void program_needsLibraries_andTheirLibraries() throws IOException {
    program("/bin/run", ElfSample.usual().rpath("$ORIGIN/../lib").needs("libx.so.1", "libc.so.6"));
    // RPATH of the program that loads it.
    library("/lib/libx.so.1.2", ElfSample.usual().needs("liby.so"));
    tree.symlink("/lib/libx.so.1", "libx.so.1.2");
    library("/lib/liby.so", ElfSample.usual().needs("libx.so.1"));
    library("/lib/libz.so", ElfSample.usual());

    Closure.Result result = closure("/bin/run");

    assertThat(paths(result))
        .containsExactlyInAnyOrder("/bin", "/lib/libx.so.1", "/lib/libx.so.1.2", "/lib/liby.so");
    assertThat(result.missing())
        .containsExactly(
            new Closure.Missing(ByteString.of("libc.so.6"), 1, TreePath.of("/bin/run")));
  }

  @Test
  void runpath_isForTheFileItself_notForWhatItLoads() throws IOException {
    program(
        "/bin/run",
        ElfSample.usual().rpath(ROOT + "/never").runpath("${ORIGIN}/../lib").needs("libx.so"));
    library("/lib/libx.so", ElfSample.usual().needs("liby.so"));
    library("/lib/liby.so", ElfSample.usual());
    library("/never/libx.so", ElfSample.usual());

    Closure.Result result = closure("/bin/run");

    assertThat(paths(result)).contains("/lib/libx.so").doesNotContain("/never/libx.so");
    assertThat(result.missing())
        .extracting(missing -> missing.name().toString())
        .containsExactly("liby.so");
    assertThat(paths(closure(List.of("/lib"), "/bin/run"))).contains("/lib/liby.so");
  }

  @Test
  void rpathOfProgram_reachesThroughALibraryWithRunpath() throws IOException {
    program("/bin/run", ElfSample.usual().rpath("$ORIGIN/../lib").needs("libx.so"));
    library("/lib/libx.so", ElfSample.usual().runpath("$ORIGIN/own").needs("liby.so", "libz.so"));
    library("/lib/own/liby.so", ElfSample.usual().needs("libz.so"));
    library("/lib/libz.so", ElfSample.usual());

    Closure.Result result = closure("/bin/run");

    // For libx.so it is not where it looks, but liby.so finds it, so it is loaded.
    assertThat(paths(result)).contains("/lib/own/liby.so", "/lib/libz.so");
    assertThat(result.missing()).isEmpty();
  }

  @Test
  void libraryOfTwoPrograms_findsWhatItNeedsByTheRpathOfEach() throws IOException {
    program("/bin/one", ElfSample.usual().rpath(ROOT + "/lib:" + ROOT + "/a").needs("libx.so"));
    program("/bin/two", ElfSample.usual().rpath(ROOT + "/lib:" + ROOT + "/b").needs("libx.so"));
    program("/bin/three", ElfSample.usual().rpath(ROOT + "/lib").needs("libx.so"));
    library("/lib/libx.so", ElfSample.usual().needs("liby.so"));
    library("/a/liby.so", ElfSample.usual().needs("nowhere.so"));
    library("/b/liby.so", ElfSample.usual().needs("nowhere.so"));

    Closure.Result result = closure("/bin/one", "/bin/three", "/bin/two");

    assertThat(paths(result)).containsExactlyInAnyOrder("/lib/libx.so", "/a/liby.so", "/b/liby.so");
    assertThat(result.missing())
        .containsExactly(
            new Closure.Missing(ByteString.of("nowhere.so"), 2, TreePath.of("/a/liby.so")));
  }

  /** As many ways through the graph as there are subsets of its layers. */
  @Test
  @Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void librariesInLayers_eachNeedingBothOfTheNext_areLookedAtAFewTimesEach() throws IOException {
    int layers = 40;
    for (int layer = 0; layer < layers; layer++) {
      for (int side = 0; side < 2; side++) {
        // The two search the same directories, but in another order, and pass that on.
        String next = "$ORIGIN/../%d-%%d".formatted(layer + 1);
        ElfSample sample =
            ElfSample.usual().rpath(next.formatted(side) + ":" + next.formatted(1 - side));
        if (layer + 1 < layers) {
          sample.needs("lib%d-0.so".formatted(layer + 1), "lib%d-1.so".formatted(layer + 1));
        } else {
          sample.needs("libc.so.6");
        }
        library("/%d-%d/lib%d-%d.so".formatted(layer, side, layer, side), sample);
      }
    }

    Closure.Result result = closure("/0-0/lib0-0.so", "/0-1/lib0-1.so");

    assertThat(paths(result).stream().filter(path -> path.endsWith(".so"))).hasSize(2 * layers - 2);
    assertThat(result.missing()).extracting(Closure.Missing::files).containsExactly(2);
  }

  @Test
  void otherMachinesLibraries_arePassedOver_andVariantsForNewerModelsFound() throws IOException {
    program(
        "/bin/run", ElfSample.usual().rpath(ROOT + "/lib32:" + ROOT + "/$LIB").needs("liba.so"));
    library("/lib32/liba.so", new ElfSample(false, ByteOrder.LITTLE_ENDIAN, 3));
    library("/lib64/liba.so", ElfSample.usual());
    library("/lib64/glibc-hwcaps/x86-64-v3/liba.so", ElfSample.usual());
    library("/lib64/glibc-hwcaps/x86-64-v9/liba.so", ElfSample.usual());

    assertThat(paths(closure("/bin/run")))
        .containsExactly("/lib64/liba.so", "/lib64/glibc-hwcaps/x86-64-v3/liba.so");
  }

  @Test
  void interpreterOfTheRepository_searchesAroundItself() throws IOException {
    program(
        "/bin/run", ElfSample.usual().interpreter(ROOT + "/sys/lib64/ld.so").needs("libc.so.6"));
    library("/sys/lib64/ld-2.38.so", ElfSample.usual());
    tree.symlink("/sys/lib64/ld.so", ROOT + "/sys/lib64/ld-2.38.so");
    library("/sys/usr/lib64/libc.so.6", ElfSample.usual());

    assertThat(paths(closure("/bin/run")))
        .containsExactly("/sys/lib64/ld.so", "/sys/lib64/ld-2.38.so", "/sys/usr/lib64/libc.so.6");
  }

  @Test
  void libraryOpenedByTheRun_showsWhereOthersAre() throws IOException {
    library("/plugins/one.so", ElfSample.usual().needs("libhelp.so"));
    library("/plugins/libhelp.so", ElfSample.usual());

    assertThat(paths(closure("/plugins/one.so"))).containsExactly("/plugins/libhelp.so");
  }

  @Test
  void directoryBehindLink_bringsTheLink() throws IOException {
    program("/v2/bin/run", ElfSample.usual().rpath(ROOT + "/current/lib").needs("libx.so"));
    tree.symlink("/current", "v2");
    library("/v2/lib/libx.so", ElfSample.usual().runpath("$ORIGIN/more").needs("liby.so"));
    library("/v2/lib/more/liby.so", ElfSample.usual());

    assertThat(paths(closure("/current/bin/run")))
        .containsExactly("/current", "/v2/lib/libx.so", "/v2/lib/more/liby.so");
  }

  @Test
  void script_needsItsInterpreter_andWhatThatNeeds() throws IOException {
    tree.file("/bin/script", "#! " + ROOT + "/bin/python -E\nprint()\n").mode(0755);
    tree.file("/bin/foreign", "#!/usr/bin/env python\n").mode(0755);
    tree.symlink("/bin/python", "python3");
    program("/bin/python3", ElfSample.usual().rpath("$ORIGIN").needs("libpython.so"));
    library("/bin/libpython.so", ElfSample.usual());

    Closure.Result result = closure("/bin/script", "/bin/foreign");

    assertThat(paths(result)).containsExactly("/bin/python", "/bin/python3", "/bin/libpython.so");
    assertThat(result.additions().get(0).reason()).isEqualTo("the interpreter of /bin/script");
    assertThat(result.additions().get(2).reason()).isEqualTo("needed by /bin/python3");
  }

  @Test
  void pythonModule_needsItsPackage_whatThatLoads_andMetadata() throws IOException {
    tree.file("/site/pack/__init__.py", "");
    tree.file("/site/pack/sub/__init__.py", "");
    tree.file("/site/pack/sub/used.py", "");
    library(
        "/site/pack/_fast.so", ElfSample.usual().runpath("$ORIGIN/../pack.libs").needs("libf.so"));
    library("/site/pack.libs/libf.so", ElfSample.usual());
    tree.symlink("/site/pack/data", "../shared/data");
    tree.file("/site/shared/data", "data");
    tree.file("/site/Pack_Age-1.0.dist-info/RECORD", "pack/__init__.py,sha256=x,0\n");
    tree.file("/site/other-1.0.dist-info/top_level.txt", "other\n");
    tree.file("/site/pack.egg-info", "Name: pack\n");

    Closure.Result result = closure("/site/pack/sub/used.py");

    assertThat(paths(result))
        .containsExactlyInAnyOrder(
            "/site/pack",
            "/site/pack.libs/libf.so",
            "/site/pack/data",
            "/site/shared/data",
            "/site/Pack_Age-1.0.dist-info",
            "/site/pack.egg-info");
  }

  @Test
  void pythonModule_outsideOfPackages_comesWithItsCompiledForm() throws IOException {
    tree.file("/lib/six.py", "");
    tree.file("/lib/__pycache__/six.cpython-311.pyc", "");
    tree.file("/lib/__pycache__/sixty.cpython-311.pyc", "");
    tree.file("/lib/six-1.16.dist-info/RECORD", "six.py,,\n\"../x,y\",,\n");

    assertThat(paths(closure("/lib/__pycache__/six.cpython-311.pyc")))
        .containsExactly("/lib/six.py", "/lib/six-1.16.dist-info");
    assertThat(paths(closure("/lib/six.py")))
        .containsExactly("/lib/__pycache__/six.cpython-311.pyc", "/lib/six-1.16.dist-info");
  }

  @Test
  void damagedProgram_isNamed_andCirclesEnd() throws IOException {
    tree.file("/bin/run", Arrays.copyOf(ElfSample.usual().needs("x").bytes(), 80)).mode(0755);
    program("/bin/circle", ElfSample.usual().interpreter(ROOT + "/a").needs("/a", ROOT + "/b"));
    tree.symlink("/a", "b");
    tree.symlink("/b", "a");

    Closure.Result result = closure("/bin/run", "/bin/circle", "/nowhere");

    assertThat(result.additions()).isEmpty();
    assertThat(result.malformed()).containsOnlyKeys(TreePath.of("/bin/run"));
    assertThat(result.missing()).hasSize(2);
  }

  /** Tables at the ends of files that are stored in several chunks. */
  @Test
  void chunkedProgram_isReadInParts() throws IOException {
    ElfSample sample = ElfSample.usual().padding(300_000).rpath("$ORIGIN").needs("libx.so");
    program("/bin/run", sample).chunks(List.of(250L, 200_000L, sample.bytes().length - 200_250L));
    library("/bin/libx.so", ElfSample.usual().padding(40_000));

    assertThat(paths(closure("/bin/run"))).contains("/bin/libx.so");
  }

  @Test
  void specification_saysWhyLinesAreThere_andIsComplete() throws IOException {
    program("/bin/run", ElfSample.usual().rpath("$ORIGIN/../lib").needs("libx.so.1"));
    tree.symlink("/lib/libx.so.1", "libx.so.1.2");
    library("/lib/libx.so.1.2", ElfSample.usual());
    tree.file("/lib/unused", "");
    tree.file("/py/pack/__init__.py", "");
    tree.file("/py/pack/data/table", "");
    tree.file("/py/pack-1.dist-info/METADATA", "");
    tree.file("/py/unused.py", "");

    Path list = Files.writeString(temporary.resolve("list"), "/bin/run\n/py/pack/__init__.py\n");
    Traces traces = new Traces(Optional.empty(), Set.of());
    traces.read(list);
    try (PublishedRepository repository = publish()) {
      SpecBuilder.Built built =
          new SpecBuilder(traces, Policy.CLOSURE, 1, 100).build(repository.snapshot());

      assertThat(new String(built.text().bytes(), UTF_8))
          .isEqualTo(
              """
              # /bin: used whole
              /bin/*
              # /lib: needed by /bin/run
              /lib/libx.so.1
              /lib/libx.so.1.2
              # /py/pack: the Python package of /py/pack/__init__.py
              /py/pack/*
              # /py/pack-1.dist-info: about the Python package /py/pack
              /py/pack-1.dist-info/*
              """);
      assertThat(built.missingCount()).isZero();
    }
  }

  private Node program(String path, ElfSample sample) {
    return tree.file(path, sample.bytes()).mode(0755);
  }

  private void library(String path, ElfSample sample) {
    tree.file(path, sample.bytes());
  }

  private Closure.Result closure(String... opened) throws IOException {
    return closure(List.of(), opened);
  }

  private Closure.Result closure(List<String> libraryPath, String... opened) throws IOException {
    try (PublishedRepository repository = publish()) {
      return Closure.of(
          repository.snapshot(),
          Arrays.stream(opened).map(TreePath::of).toList(),
          libraryPath.stream().map(TreePath::of).toList());
    }
  }

  private PublishedRepository publish() throws IOException {
    return new PublishedRepository(tree, Files.createTempDirectory(temporary, "repository"));
  }

  private static List<String> paths(Closure.Result result) {
    return result.additions().stream()
        .map(Addition::path)
        .map(TreePath::toString)
        .collect(Collectors.toList());
  }
}
