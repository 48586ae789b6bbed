package dev.cvmfs.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.cvmfs.shrinkwrap.object.Compression;
import dev.cvmfs.shrinkwrap.publisher.PublisherOptions;
import dev.cvmfs.shrinkwrap.publisher.RepositoryPublisher;
import dev.cvmfs.shrinkwrap.publisher.Tree;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import java.util.zip.CRC32;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Layers that somebody forged who may write to the registry: another content in a file, and all
 * that is said of it as before.
 */
class ForgedLayerIT {
  private static final String GENUINE = "what the repository has in this file\n";
  private static final String FORGED = "what somebody else has put into it..\n";
  private static final ObjectMapper JSON = new ObjectMapper();

  private @TempDir Path folder;

  @Test
  void whereTheLayerWasMade_theGenuineOneComesBack() throws IOException, InterruptedException {
    try (Ground<EmbeddedRegistry> ground = Ground.withEmbeddedRegistry(folder)) {
      Settings settings = ground.settings(publish(ground));
      String image = ground.pushSmallImage();
      ProgramRun injected = ground.runHere("oci", settings, image).orThrow();
      exchange(image, injected, ForgedLayerIT::withOtherContent);

      ProgramRun refreshed = ground.runHere("oci", settings, image).orThrow();

      assertThat(refreshed.result()).isEqualTo("refreshed");
      assertThat(refreshed.layer()).isEqualTo(injected.layer());
      assertThat(refreshed.story()).contains("claims to be up to date");
    }
  }

  @Test
  void whereNothingIsKnownOfTheLayer_itIsKeptUnproven_untilItIsVerified()
      throws IOException, InterruptedException {
    try (Ground<EmbeddedRegistry> ground = Ground.withEmbeddedRegistry(folder)) {
      Settings settings = ground.settings(publish(ground));
      String image = ground.pushSmallImage();
      String genuine = ground.pushSmallImage();
      ProgramRun injected = ground.runHere("oci", settings, image).orThrow();
      ground.runHere("oci", settings, genuine).orThrow();
      exchange(image, injected, ForgedLayerIT::withOtherContent);
      Settings elsewhere = settings.with("OCI_CACHE", ground.newFolder("cache"));

      for (String name : new String[] {image, genuine}) {
        ProgramRun kept = ground.runHere("oci", elsewhere, name).orThrow();
        assertThat(kept.result()).isEqualTo("unchanged");
        assertThat(kept.report().path("unproven").asBoolean()).isTrue();
      }
      assertThat(ground.runHere("verify", elsewhere, image).exitCode()).isEqualTo(9);
      ground.runHere("verify", elsewhere, genuine).orThrow();

      ProgramRun proven = ground.runHere("oci", elsewhere, genuine).orThrow();
      assertThat(proven.result()).isEqualTo("unchanged");
      assertThat(proven.report().has("unproven")).isFalse();
      ProgramRun refreshed = ground.runHere("oci", elsewhere, image).orThrow();
      assertThat(refreshed.result()).isEqualTo("refreshed");
      assertThat(refreshed.layer()).isEqualTo(injected.layer());
    }
  }

  @Test
  void damagedTree_isAMatterOfTheImage_forWhoeverReadsIt()
      throws IOException, InterruptedException {
    try (Ground<EmbeddedRegistry> ground = Ground.withEmbeddedRegistry(folder)) {
      Settings settings = ground.settings(publish(ground));
      String image = ground.pushSmallImage();
      ProgramRun injected = ground.runHere("oci", settings, image).orThrow();
      exchange(image, injected, ForgedLayerIT::withDamagedTree);

      ProgramRun compared = ground.runHere("diff", settings, image);
      assertThat(compared.exitCode()).isEqualTo(3);
      assertThat(compared.story()).contains("is damaged", "a refresh replaces it");
      ProgramRun verified = ground.runHere("verify", settings, image);
      assertThat(verified.exitCode()).isEqualTo(9);
      assertThat(verified.report().path("findings").toString()).contains(".provenance");
      ProgramRun status = ground.runHere("oci status", settings, image);
      assertThat(status.exitCode()).as(status.story()).isEqualTo(9);
      assertThat(status.report().path("reasons").toString()).contains("is damaged");
      ProgramRun refreshed = ground.runHere("oci", settings, image).orThrow();
      assertThat(refreshed.layer()).isEqualTo(injected.layer());
    }
  }

  private static RepositoryPublisher publish(Ground<EmbeddedRegistry> ground) throws IOException {
    RepositoryPublisher publisher =
        new RepositoryPublisher(
            ground.newFolder("repository"),
            PublisherOptions.named("x.example.org").compression(Compression.NONE));
    Tree tree = new Tree();
    tree.file("/bin/tool", GENUINE);
    publisher.publish(tree);
    ground.cvmfs().serve(publisher);
    return publisher;
  }

  /** Puts another layer into the place of the genuine one, and makes the documents fit. */
  private static void exchange(String image, ProgramRun genuine, UnaryOperator<byte[]> forgery)
      throws IOException, InterruptedException {
    int name = image.indexOf('/');
    int tag = image.lastIndexOf(':');
    RegistryHttp registry =
        new RegistryHttp(image.substring(0, name), image.substring(name + 1, tag));
    byte[] layer = registry.blob(genuine.layer());
    byte[] forged = forgery.apply(layer);
    String manifest = registry.manifest(image.substring(tag + 1));
    JsonNode document = JSON.readTree(manifest);
    String config = document.at("/config/digest").asText();
    String otherConfig =
        new String(registry.blob(config), UTF_8)
            .replace(genuine.layer(), RegistryHttp.digest(forged))
            .replace(diffId(layer), diffId(forged));
    registry.putManifest(
        image.substring(tag + 1),
        document.path("mediaType").asText(),
        manifest
            .replace(genuine.layer(), registry.pushBlob(forged))
            .replace(config, registry.pushBlob(otherConfig.getBytes(UTF_8))));
  }

  /** The content lies in a stored block, with the CRC-32 of the member behind it. */
  private static byte[] withOtherContent(byte[] layer) {
    int at = new String(layer, StandardCharsets.ISO_8859_1).indexOf(GENUINE);
    CRC32 crc = new CRC32();
    crc.update(FORGED.getBytes(UTF_8));
    ByteBuffer forged = ByteBuffer.wrap(layer.clone()).order(ByteOrder.LITTLE_ENDIAN);
    forged.position(at);
    forged.put(FORGED.getBytes(UTF_8)).putInt((int) crc.getValue());
    return forged.array();
  }

  /** The footer says where the tree begins, with a member whose checksum is wrong then. */
  private static byte[] withDamagedTree(byte[] layer) {
    ByteBuffer footer = ByteBuffer.wrap(layer).order(ByteOrder.LITTLE_ENDIAN);
    byte[] damaged = layer.clone();
    damaged[(int) footer.getLong(layer.length - 58 + 24) + 20] ^= 1;
    return damaged;
  }

  /** That of what can be read of it. */
  private static String diffId(byte[] layer) throws IOException {
    ByteArrayOutputStream plain = new ByteArrayOutputStream();
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(layer))) {
      in.transferTo(plain);
    } catch (ZipException e) {
      plain.write(0);
    }
    return RegistryHttp.digest(plain.toByteArray());
  }
}
