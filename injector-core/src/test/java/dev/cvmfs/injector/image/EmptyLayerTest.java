package dev.cvmfs.injector.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cvmfs.registry.Digest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;

class EmptyLayerTest {

  @Test
  void blob_uncompressed_isTheTwoBlocksThatEndATar() throws IOException {
    byte[] tar = new GZIPInputStream(new ByteArrayInputStream(EmptyLayer.blob())).readAllBytes();

    assertThat(tar).isEqualTo(new byte[1024]);
    assertThat(EmptyLayer.layer().diffId())
        .isEqualTo(Digest.sha256(tar))
        .hasToString("sha256:5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef");
  }

  @Test
  void layer_blob_isTheWellKnownOne() {
    assertThat(EmptyLayer.layer())
        .isEqualTo(
            new NewLayer(
                Digest.parse(
                    "sha256:a3ed95caeb02ffe68cdd9fd84406680ae93d633cb16422d00e8a7c22955b46d4"),
                EmptyLayer.layer().diffId(),
                32));
  }
}
