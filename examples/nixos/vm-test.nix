# A control plane and a host, each a virtual machine: the host takes a release and converges.
# nix-build vm-test.nix --arg package 'import ./package.nix'
{ pkgs ? import <nixpkgs> { }, package }:
let
  fleet = pkgs.writeText "fleet.json" (builtins.toJSON {
    schemaVersion = 1;
    hosts.web-01 = {
      system = "x86_64-linux";
      tags = [ ];
      channel = "stable";
      closureHash = "new";
      pubkey = null;
    };
    channels.stable = {
      rolloutPolicy = "all";
      reconcileIntervalMinutes = 5;
      freshnessWindow = 120;
      signingIntervalMinutes = 60;
      compliance = { mode = "disabled"; frameworks = [ ]; };
    };
    rolloutPolicies.all = {
      strategy = "all-at-once";
      waves = [ ];
      healthGate = { };
      onHealthFailure = "halt";
    };
    waves.stable = [ { hosts = [ "web-01" ]; soakMinutes = 1; } ];
    edges = [ ];
    disruptionBudgets = [ ];
    meta = { schemaVersion = 1; signedAt = null; ciCommit = "r1"; };
  });
  switch = pkgs.writeShellScript "switch" ''
    mkdir -p /var/lib/closures/$1
    ln -sfn /var/lib/closures/$1 /var/lib/running
  '';
in
pkgs.testers.runNixOSTest {
  name = "nixfleet-rollout";

  nodes.plane = {
    imports = [ ./control-plane.nix ];
    networking.firewall.allowedTCPPorts = [ 7443 ];
    services.nixfleet-control-plane = {
      enable = true;
      inherit package;
      settings = {
        database = "/var/lib/nixfleet/control-plane.db";
        manifests.from = "${fleet}";
        # No certificates and no signature: for this test only.
        listen = { address = "0.0.0.0"; letAnyoneSpeakForAnyHost = true; };
        heartbeatSecs = 5;
      };
      flags = [ "--unsigned" ];
    };
  };

  nodes.host = {
    imports = [ ./agent.nix ];
    systemd.tmpfiles.rules = [
      "d /var/lib/closures/old 0755 root root"
      "L /var/lib/running - - - - /var/lib/closures/old"
    ];
    services.nixfleet-agent = {
      enable = true;
      inherit package;
      settings = {
        hostname = "web-01";
        stateDirectory = "/var/lib/nixfleet-agent";
        controlPlane.url = "http://plane:7443";
        manifests = { path = "${fleet}"; acceptUnsigned = true; };
        activation.activate = [ "${switch}" "{closure}" ];
        runningClosure.link = "/var/lib/running";
        settings.heartbeatSecs = 5;
      };
    };
  };

  testScript = ''
    start_all()
    plane.wait_for_open_port(7443)
    host.wait_until_succeeds("readlink /var/lib/running | grep -q /new$", timeout=120)
    plane.wait_until_succeeds(
        "${pkgs.curl}/bin/curl -s 'http://127.0.0.1:7444/v1/operator/hosts?hostname=web-01' | grep -q Converged",
        timeout=300,
    )
    plane.systemctl("kill --signal=KILL nixfleet-control-plane")
    plane.wait_for_open_port(7443)
    plane.succeed("${pkgs.curl}/bin/curl -s http://127.0.0.1:7444/v1/operator/status | grep -q Terminal")
  '';
}
