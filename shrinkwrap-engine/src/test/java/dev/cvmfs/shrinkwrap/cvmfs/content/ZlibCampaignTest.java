package dev.cvmfs.shrinkwrap.cvmfs.content;

import dev.cvmfs.shrinkwrap.campaign.Campaign;
import dev.cvmfs.shrinkwrap.cvmfs.CvmfsFailure;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.Test;

/** Compressed objects, spoilt in many ways. */
class ZlibCampaignTest {
  private static final long LIMIT = 100_000;

  @Test
  void zlibStreams_spoilt_areInflatedOrRefused() throws IOException {
    byte[] noise = new byte[300];
    new Random(1).nextBytes(noise);
    byte[] text = "a line that comes often\n".repeat(200).getBytes(StandardCharsets.US_ASCII);
    Campaign.run(
        "zlib",
        List.of(
            deflate(text, 6, false),
            deflate(text, 9, true),
            deflate(noise, 0, false),
            deflate(new byte[0], 6, false)),
        CvmfsFailure.class,
        input -> {
          try (InputStream stream = new ZlibStream(new ByteArrayInputStream(input), "it", LIMIT)) {
            long length = stream.transferTo(OutputStream.nullOutputStream());
            if (length > LIMIT) {
              throw new IllegalStateException("%d bytes came out".formatted(length));
            }
          }
        });
  }

  private static byte[] deflate(byte[] plain, int level, boolean literally) throws IOException {
    Deflater deflater = new Deflater(level);
    if (literally) {
      deflater.setStrategy(Deflater.HUFFMAN_ONLY);
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DeflaterOutputStream out = new DeflaterOutputStream(bytes, deflater)) {
      out.write(plain);
    }
    deflater.end();
    return bytes.toByteArray();
  }
}
