package dev.cvmfs.shrinkwrap.elf;

import dev.cvmfs.shrinkwrap.campaign.Campaign;
import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Programs and libraries, spoilt in many ways. */
class ElfCampaignTest {

  @Test
  void elfFiles_spoilt_areReadOrRefused() {
    Campaign.run(
        "elf",
        List.of(
            ElfSample.usual().interpreter("/lib/ld.so").needs("liba.so").rpath("$ORIGIN").bytes(),
            new ElfSample(false, ByteOrder.BIG_ENDIAN, 20).needs("a", "b").runpath("/x:/y").bytes(),
            new ElfSample(false, ByteOrder.LITTLE_ENDIAN, 3).needs("a").bytes(),
            new ElfSample(true, ByteOrder.BIG_ENDIAN, 22).interpreter("/i").padding(2000).bytes()),
        MalformedElfException.class,
        input -> ElfReader.read(new BytesContent(input)));
  }
}
