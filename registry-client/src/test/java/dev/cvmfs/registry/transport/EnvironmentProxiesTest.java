package dev.cvmfs.registry.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cvmfs.registry.ImageName;
import dev.cvmfs.registry.ImageStore;
import dev.cvmfs.registry.RegistryOptions;
import dev.cvmfs.registry.remote.RegistryClient;
import dev.cvmfs.registry.testing.Bytes;
import dev.cvmfs.registry.testing.FakeRegistry;
import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EnvironmentProxiesTest {

  @ParameterizedTest
  @CsvSource({
    "https://reg.example.org/v2/,        true",
    "https://internal.example.com/,      false",
    "https://example.com/,               false",
    "https://notexample.com/,            true",
    "https://host.local:5000/,           false",
    "https://host.local:5001/,           true",
    "https://localhost/,                 false",
    "https://127.0.0.1:5000/,            false",
    "https://[::1]:5000/,                false",
  })
  void proxyFor_noProxyList_exemptsHosts(URI target, boolean proxied) {
    EnvironmentProxies proxies =
        new EnvironmentProxies(
            Map.of(
                "HTTPS_PROXY", "http://proxy:3128", "no_proxy", ".example.com, host.local:5000"));

    assertThat(proxies.proxyFor(target).isPresent()).isEqualTo(proxied);
  }

  @ParameterizedTest
  @CsvSource({
    "10.0.0.0/8,             http://10.96.0.5:5000/,           false",
    "10.0.0.0/8,             http://11.0.0.1/,                 true",
    "10.96.0.0/12,           http://10.111.255.255/,           false",
    "10.96.0.0/12,           http://10.112.0.0/,               true",
    "0.0.0.0/0,              http://192.0.2.1/,                false",
    "0.0.0.0/0,              http://[2001:db8::1]/,            true",
    "192.0.2.1/32,           http://192.0.2.1/,                false",
    "192.0.2.1/32,           http://192.0.2.2/,                true",
    "2001:DB8::/33,          http://[2001:db8:7fff::1]:5000/,  false",
    "2001:db8::/33,          http://[2001:db8:8000::1]/,       true",
    "fd00::1,                http://[fd00:0:0::1]/,            false",
    "[fd00::1],              http://[fd00::1]/,                false",
    "192.0.2.1,              http://192.0.2.1:80/,             false",
    "10.0.0.0/33,            http://10.0.0.0/,                 true",
    "10.0.0.0/x,             http://10.0.0.0/,                 true",
    "10.0.0/8,               http://10.0.0.0/,                 true",
    "::g/8,                  http://[::2]/,                    true",
    "127.0.0.0/8,            http://no-name.invalid/,          true",
  })
  void proxyFor_rangesOfAddresses_exemptLiteralAddresses(
      String noProxy, URI target, boolean proxied) {
    EnvironmentProxies proxies =
        new EnvironmentProxies(Map.of("http_proxy", "http://proxy:3128", "NO_PROXY", noProxy));

    assertThat(proxies.proxyFor(target).isPresent()).isEqualTo(proxied);
  }

  @Test
  void proxyFor_schemes_haveTheirOwn() {
    EnvironmentProxies proxies =
        new EnvironmentProxies(
            Map.of(
                "https_proxy", "secure:1", "HTTPS_PROXY", "other:2", "ALL_PROXY", "http://all:3"));

    assertThat(proxies.proxyFor(URI.create("https://x.org/")))
        .hasToString("Optional[http://secure:1]");
    assertThat(proxies.proxyFor(URI.create("http://x.org/"))).hasToString("Optional[http://all:3]");
    assertThat(
            new EnvironmentProxies(Map.of("https_proxy", "p:1", "NO_PROXY", "*"))
                .proxyFor(URI.create("https://x.org/")))
        .isEmpty();
  }

  @Test
  void client_withAProxyThatIsNone_isRefusedWithoutItsPassword() {
    RegistryOptions options =
        RegistryOptions.builder(Map.of("https_proxy", "socks5://me:s3cret@proxy")).build();

    assertThatThrownBy(() -> new RegistryClient(options))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageNotContaining("s3cret");
  }

  @Test
  void request_throughAProxyWithPassword_arrives() {
    try (FakeRegistry proxy = new FakeRegistry()) {
      proxy.repository().add("v1", Bytes.manifest("far away"));
      proxy
          .on("GET", ".*")
          .times(1, call -> call.with("Proxy-Authenticate", "Basic realm=\"p\"").answer(407));
      RegistryOptions options =
          RegistryOptions.builder(Map.of("http_proxy", "http://me:p%40ss@" + proxy.host()))
              .insecureHost("http://registry.invalid")
              .build();
      try (ImageStore store =
          RegistryClient.connect(ImageName.ofTag("registry.invalid", "x", "v1"), options)) {

        assertThat(store.manifest("v1")).isEqualTo(Bytes.manifest("far away"));
      }

      assertThat(proxy.seen().get(1).target())
          .isEqualTo("http://registry.invalid/v2/x/manifests/v1");
      assertThat(proxy.seen().get(1).header("Proxy-Authorization")).contains("Basic bWU6cEBzcw==");
    }
  }
}
