//! What the desk knows of a person from before.

use serde_json::{Value, json};

use super::desk::Desk;

async fn open(desk: &Desk, token: &str, n: u8, more: Value) -> Value {
    let mut body =
        json!({"person": "Lúcia", "invite_public": super::b64(&[n; 32]), "claim_hash": super::b64(&[n; 32])});
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let made = desk.post("sessions", token, body).await;
    assert_eq!(made.status, 201, "{}", made.body);
    made.body
}

fn numbers(list: &Value) -> Vec<u64> {
    list.as_array()
        .unwrap()
        .iter()
        .map(|it| it.get("session").unwrap_or(it)["number"].as_u64().unwrap())
        .collect()
}

#[tokio::test]
async fn a_session_tells_of_earlier_ones_of_the_same_person_and_company() {
    let desk = Desk::start().await;
    let ana = desk.owner().await;
    let company = desk.post("companies", &ana, json!({"name": "Clínica Vida"})).await.body["id"].clone();
    let theirs = |session: Value| {
        let (path, ana, company) =
            (format!("sessions/{}", session["id"].as_str().unwrap()), ana.clone(), company.clone());
        let desk = &desk;
        async move {
            let changed =
                desk.patch(&path, &ana, json!({"version": session["version"], "company": company})).await;
            assert_eq!(
                (changed.status, &changed.body["company"]),
                (200, &json!("Clínica Vida")),
                "{}",
                changed.body
            );
        }
    };
    let first = open(&desk, &ana, 1, json!({"email": "Lucia@Clinica.example"})).await;
    theirs(first).await;
    theirs(open(&desk, &ana, 2, json!({"email": "otavio@clinica.example", "person": "Otávio"})).await).await;
    open(&desk, &ana, 3, json!({"email": "hans@weber.example", "person": "Hans"})).await;
    let now = open(&desk, &ana, 4, json!({"email": "lucia@clinica.example", "phone": "3222-0199"})).await;
    let path = format!("sessions/{}/earlier", now["id"].as_str().unwrap());
    let found = desk.get(&path, &ana).await.body;
    assert_eq!(
        (numbers(&found["person"]), numbers(&found["company"])),
        (vec![1], vec![]),
        "its company is not known"
    );
    assert_eq!(found["person"][0]["same"], json!(["email"]));

    theirs(now).await;
    let found = desk.get(&path, &ana).await.body;
    assert_eq!((numbers(&found["person"]), numbers(&found["company"])), (vec![1], vec![2]), "each once");
}

#[tokio::test]
async fn what_somebody_may_not_see_is_not_told_as_a_past_either() {
    let desk = Desk::start().await;
    let ana = desk.owner().await;
    let secret = desk.post("channels", &ana, json!({"name": "Board"})).await.body["id"].clone();
    open(&desk, &ana, 1, json!({"email": "lucia@clinica.example", "channel": secret})).await;
    let home = desk.get("setup", &ana).await.body["desk"]["setup"]["default_channel"].clone();
    let now = open(&desk, &ana, 2, json!({"email": "lucia@clinica.example", "channel": home})).await;
    let bo = json!({"name": "Bo", "email": "bo@desk.example", "password": "correct horse",
        "setup": {"holds": [{"role": "channel_technician", "on": {"channel": home}}]}});
    assert_eq!(desk.post("technicians", &ana, bo).await.status, 201);
    let bo = desk.sign_in("bo@desk.example", "correct horse").await.token();
    let path = format!("sessions/{}/earlier", now["id"].as_str().unwrap());
    assert_eq!(numbers(&desk.get(&path, &ana).await.body["person"]), [1]);
    let told = desk.get(&path, &bo).await;
    assert_eq!((told.status, numbers(&told.body["person"])), (200, vec![]));
}
